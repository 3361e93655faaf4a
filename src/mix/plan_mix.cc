// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "mess/mix.h"
#include "src/mix/time_map.h"
#include "src/mix/transition.h"

namespace mess {
namespace internal {
namespace {

[[noreturn]] void refuse(const std::string& subject, const std::string& expected, const std::string& found) {
  throw InvalidArgument("[mix] " + subject + ": expected " + expected + ", found " + found);
}

void check(const MixTrack& track) {
  const bool is_ordered = track.duration_seconds > 0.0 && std::isfinite(track.duration_seconds) &&
                          track.sounding_start_seconds >= 0.0 &&
                          track.sounding_end_seconds >= track.sounding_start_seconds &&
                          track.sounding_end_seconds <= track.duration_seconds + 0.1;
  if (!is_ordered)
    refuse(track.path.string(), "a duration, and a sounding range within it", "times out of order");
  if (track.sounding_end_seconds <= track.sounding_start_seconds)
    refuse(track.path.string(), "something that sounds", "silence");
  if (!std::is_sorted(track.beats_seconds.begin(), track.beats_seconds.end()))
    refuse(track.path.string(), "ascending beats", "beats out of order");
  if (track.beats_per_bar && (*track.beats_per_bar < 1 || *track.beats_per_bar > 16))
    refuse(track.path.string(), "1 to 16 beats per bar", std::to_string(*track.beats_per_bar));
}

void check(const MixOptions& options) {
  const auto within = [](const char* name, double value, double low, double high) {
    if (!(value >= low && value <= high))
      refuse(name, std::to_string(low) + " to " + std::to_string(high), std::to_string(value));
  };
  within("target_lufs", options.target_lufs, -60.0, 0.0);
  within("max_boost_db", options.max_boost_db, 0.0, 60.0);
  within("fade_seconds", options.fade_seconds, 0.0, 60.0);
  within("pause_seconds", options.pause_seconds, 0.0, 60.0);
  within("max_bars", options.max_bars, 0, 16);
}

double gain_db(double loudness_lufs, const MixOptions& options) {
  return std::isfinite(loudness_lufs) ? std::min(options.target_lufs - loudness_lufs, options.max_boost_db) : 0.0;
}

// Tracks that are joined without a gap keep their levels against each other: one gain, from the mean power of all.
void set_gains(std::vector<MixPiece>& pieces, const MixOptions& options) {
  for (std::size_t begin = 0; begin < pieces.size();) {
    std::size_t end = begin + 1;
    while (end < pieces.size() && pieces[end].entry->tier == TransitionTier::kGapless)
      ++end;
    double power = 0.0;
    double seconds = 0.0;
    for (std::size_t i = begin; i < end; ++i) {
      if (!std::isfinite(pieces[i].track.loudness_lufs))
        continue;
      power += pieces[i].track.duration_seconds * std::pow(10.0, pieces[i].track.loudness_lufs / 10.0);
      seconds += pieces[i].track.duration_seconds;
    }
    for (std::size_t i = begin; i < end; ++i)
      pieces[i].gain_db = gain_db(10.0 * std::log10(power / seconds), options);
    begin = end;
  }
}

}  // namespace
}  // namespace internal

MixPlan plan_mix(std::span<const MixTrack> tracks, const MixOptions& options) {
  internal::check(options);
  if (tracks.empty())
    internal::refuse("tracks", "at least one", "none");
  for (const MixTrack& track : tracks)
    internal::check(track);
  MixPlan plan;
  for (const MixTrack& track : tracks) {
    MixPiece piece;
    piece.track = track;
    piece.source_start_seconds = track.sounding_start_seconds;
    piece.source_end_seconds = track.sounding_end_seconds;
    if (!plan.pieces.empty()) {
      MixPiece& before = plan.pieces.back();
      const double own_tempo_seconds =
          before.source_start_seconds + (before.entry ? internal::stretched_source_seconds(*before.entry) : 0.0);
      Transition entry = internal::plan_transition(before.track, track, options, own_tempo_seconds);
      before.source_end_seconds = entry.tier == TransitionTier::kGapless
                                      ? before.track.duration_seconds
                                      : entry.out_seconds + std::max(0.0, entry.overlap_seconds);
      piece.source_start_seconds = entry.in_seconds;
      const double out_time = mix_time(before, entry.out_seconds);
      before.end_seconds = out_time + std::max(0.0, entry.overlap_seconds);
      piece.start_seconds = out_time + std::max(0.0, -entry.overlap_seconds);
      piece.entry = std::move(entry);
    }
    plan.pieces.push_back(std::move(piece));
  }
  MixPiece& last = plan.pieces.back();
  last.end_seconds = mix_time(last, last.source_end_seconds);
  plan.duration_seconds = last.end_seconds;
  internal::set_gains(plan.pieces, options);
  return plan;
}

double mix_time(const MixPiece& piece, double source_seconds) {
  return piece.start_seconds + internal::TimeMap(piece).mix_seconds(source_seconds - piece.source_start_seconds);
}

}  // namespace mess
