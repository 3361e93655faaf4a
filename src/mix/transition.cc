// SPDX-License-Identifier: MIT
#include "src/mix/transition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "src/mix/beat_grid.h"

namespace mess::internal {
namespace {

// How far tempi may differ for how many bars.
struct Rung {
  double max_difference;
  int max_bars;
};
constexpr std::array kLadder{Rung{0.08, 16}, Rung{0.12, 4}, Rung{0.20, 2}};
constexpr std::array kBars{16, 8, 4, 2, 1};
constexpr int kMaxBarsOfDifferentMetres = 2;
constexpr int kReturnBars = 4;                   // back to its own tempo
constexpr double kMaxShareOfTrack = 0.3;         // of a track that one overlap may cover
constexpr double kMaxUnheardIntroSeconds = 2.0;  // before the first beat
constexpr double kMaxUnheardEndSeconds = 4.0;    // behind the last bar: it rings out under the next track
constexpr int kBeatsBeyond = 8;                  // that a grid is fitted to beside those of the overlap
constexpr double kMinFadeSeconds = 0.5;
constexpr double kDownbeatSlack = 0.3;  // in beats

std::string text(const char* format, double value) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

double sounding_seconds(const MixTrack& track) { return track.sounding_end_seconds - track.sounding_start_seconds; }

int beats_per_bar(const MixTrack& track) { return track.beats_per_bar.value_or(4); }

/// The number of a beat, at or next to `beat` in the given direction, that begins a bar; `beat` where bars are unknown.
double nearest_downbeat(const MixTrack& track, const BeatGrid& grid, double beat, int direction) {
  for (int step = 0; step < beats_per_bar(track); ++step) {
    const double candidate = beat + direction * step;
    for (const double downbeat : track.downbeats_seconds) {
      if (std::abs(grid.beat_of(downbeat) - candidate) < kDownbeatSlack)
        return candidate;
    }
  }
  return beat;
}

/// Beat-matches a pair with overlaps of a number of bars, where that is possible.
class BeatMatch {
 public:
  BeatMatch(const MixTrack& from, const MixTrack& to, double earliest_out_seconds)
      : from_(from), to_(to), earliest_out_seconds_(earliest_out_seconds) {}

  std::optional<Transition> with_bars(int bars, std::string& obstacle) const {
    const auto num_beats = static_cast<std::size_t>(bars * beats_per_bar(from_));
    const std::optional<BeatGrid> leaving = fit_beats(last_beats(num_beats + kBeatsBeyond));
    const std::optional<BeatGrid> coming = fit_beats(first_beats(2 * num_beats + kBeatsBeyond));
    if (!leaving || !coming) {
      obstacle = !leaving ? "beats at the end are not steady" : "beats at the beginning are not steady";
      return std::nullopt;
    }
    Transition found;
    found.tier = TransitionTier::kBeatMatch;
    found.bars = bars;
    const double first = nearest_downbeat(to_, *coming, std::max(0.0, std::ceil(coming->beat_of(0.0))), 1);
    const double last_beat = std::floor(leaving->beat_of(from_.sounding_end_seconds) + 0.1);
    const double end = nearest_downbeat(from_, *leaving, last_beat, -1);
    found.in_seconds = coming->at(first);
    found.out_seconds = leaving->at(end - static_cast<double>(num_beats));
    found.overlap_seconds = static_cast<double>(num_beats) * leaving->period_seconds;
    found.tempo_ratio = *octave_tempo_ratio({leaving->period_seconds, 1.0}, {coming->period_seconds, 1.0});
    found.return_seconds = kReturnBars * beats_per_bar(from_) * leaving->period_seconds;
    obstacle = why_not(found, leaving->at(end));
    if (!obstacle.empty())
      return std::nullopt;
    return found;
  }

 private:
  std::span<const double> last_beats(std::size_t count) const {
    const auto end =
        std::upper_bound(from_.beats_seconds.begin(), from_.beats_seconds.end(), from_.sounding_end_seconds);
    const auto available = static_cast<std::size_t>(end - from_.beats_seconds.begin());
    return std::span(from_.beats_seconds).subspan(available - std::min(count, available), std::min(count, available));
  }
  std::span<const double> first_beats(std::size_t count) const {
    return std::span(to_.beats_seconds).first(std::min(count, to_.beats_seconds.size()));
  }

  std::string why_not(const Transition& found, double end_seconds) const {
    if (found.in_seconds > to_.sounding_start_seconds + kMaxUnheardIntroSeconds)
      return text("%.1f s before the first beat", found.in_seconds - to_.sounding_start_seconds);
    if (end_seconds < from_.sounding_end_seconds - kMaxUnheardEndSeconds)
      return text("%.1f s after the last bar", from_.sounding_end_seconds - end_seconds);
    if (found.out_seconds < earliest_out_seconds_)
      return "the track before is too short";
    if (found.overlap_seconds > kMaxShareOfTrack * std::min(sounding_seconds(from_), sounding_seconds(to_)))
      return "the tracks are too short";
    if (found.in_seconds + stretched_source_seconds(found) > to_.sounding_start_seconds + 0.6 * sounding_seconds(to_))
      return "the next track is too short";
    return "";
  }

  const MixTrack& from_;
  const MixTrack& to_;
  double earliest_out_seconds_;
};

bool are_album_neighbours(const MixTrack& from, const MixTrack& to) {
  return !from.album.empty() && from.album == to.album && from.track_number > 0 &&
         to.track_number == from.track_number + 1;
}

std::optional<double> tempo_ratio(const MixTrack& from, const MixTrack& to) {
  const std::optional<BeatGrid> leaving = fit_beats(from.beats_seconds);
  const std::optional<BeatGrid> coming = fit_beats(to.beats_seconds);
  const auto bpm = [](const MixTrack& track, const std::optional<BeatGrid>& grid) {
    if (grid)
      return 60.0 / grid->period_seconds;
    return 60.0 * static_cast<double>(track.beats_seconds.size() - 1) /
           (track.beats_seconds.back() - track.beats_seconds.front());
  };
  if (from.beats_seconds.size() < 2 || to.beats_seconds.size() < 2)
    return std::nullopt;
  return octave_tempo_ratio({bpm(from, leaving), 1.0}, {bpm(to, coming), 1.0});
}

std::optional<Transition> beat_matched(const MixTrack& from, const MixTrack& to, const MixOptions& options,
                                       double earliest_out_seconds, std::vector<std::string>& reasons) {
  const std::optional<double> ratio = tempo_ratio(from, to);
  if (!ratio) {
    reasons.push_back("no beats to match");
    return std::nullopt;
  }
  reasons.push_back(text("tempo x%.3f", *ratio));
  const double difference = std::max(*ratio, 1.0 / *ratio) - 1.0;
  const auto rung =
      std::find_if(kLadder.begin(), kLadder.end(), [&](const Rung& one) { return difference <= one.max_difference; });
  if (rung == kLadder.end()) {
    reasons.push_back("tempi differ by more than 20 %");
    return std::nullopt;
  }
  int max_bars = std::min(rung->max_bars, options.max_bars);
  if (beats_per_bar(from) != beats_per_bar(to))
    max_bars = std::min(max_bars, kMaxBarsOfDifferentMetres);
  const BeatMatch match(from, to, earliest_out_seconds);
  std::string obstacle;
  for (const int bars : kBars) {
    if (bars > max_bars)
      continue;
    if (std::optional<Transition> found = match.with_bars(bars, obstacle)) {
      reasons.push_back(std::to_string(bars) + (bars == 1 ? " bar fits both" : " bars fit both"));
      return found;
    }
  }
  reasons.push_back(obstacle);
  return std::nullopt;
}

Transition faded(const MixTrack& from, const MixTrack& to, double seconds) {
  Transition fade;
  fade.tier = TransitionTier::kFade;
  fade.overlap_seconds = seconds;
  fade.out_seconds = from.sounding_end_seconds - seconds;
  fade.in_seconds = to.sounding_start_seconds;
  return fade;
}

}  // namespace

double stretched_source_seconds(const Transition& entry) {
  return entry.tempo_ratio * entry.overlap_seconds + 0.5 * (entry.tempo_ratio + 1.0) * entry.return_seconds;
}

Transition plan_transition(const MixTrack& from, const MixTrack& to, const MixOptions& options,
                           double earliest_out_seconds) {
  std::vector<std::string> reasons;
  Transition result;
  const auto finished = [&](Transition transition) {
    transition.key_relation = key_relation(from.key, to.key);
    transition.reasons = reasons;
    return transition;
  };
  if (options.keeps_albums && are_album_neighbours(from, to)) {
    reasons.push_back("neighbours of an album");
    result.tier = TransitionTier::kGapless;
    result.out_seconds = from.duration_seconds;
    return finished(result);
  }
  if (auto matched = beat_matched(from, to, options, earliest_out_seconds, reasons))
    return finished(*matched);
  const bool has_no_beats = from.beats_seconds.empty() || to.beats_seconds.empty();
  if (from.fade_out_seconds || has_no_beats) {
    double seconds =
        std::min({options.fade_seconds, kMaxShareOfTrack * sounding_seconds(from),
                  kMaxShareOfTrack * sounding_seconds(to), from.sounding_end_seconds - earliest_out_seconds});
    if (from.fade_out_seconds) {
      reasons.push_back("it fades out");
      seconds = std::min(seconds, std::max(kMinFadeSeconds, from.sounding_end_seconds - *from.fade_out_seconds));
    }
    if (seconds >= kMinFadeSeconds)
      return finished(faded(from, to, seconds));
    reasons.push_back("too short for a fade");
  } else {
    reasons.push_back("it ends at once");
  }
  result.out_seconds = from.sounding_end_seconds;
  result.in_seconds = to.sounding_start_seconds;
  result.overlap_seconds = -options.pause_seconds;
  return finished(result);
}

}  // namespace mess::internal
