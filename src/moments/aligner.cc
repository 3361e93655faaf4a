// SPDX-License-Identifier: MIT
#include "src/moments/aligner.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "src/moments/agreement.h"
#include "src/moments/warping.h"

namespace mess::internal {
namespace {

// Peaks of one phase that are looked at with all phases: music that repeats has many, and another may be the best then.
constexpr std::size_t kMinPeaks = 24;
constexpr std::size_t kPeaksPerResult = 8;
constexpr float kWarpingGain = 0.02f;  // a bent path always fits a little better than a straight one
constexpr std::size_t kMaxWarpedCells = std::size_t{1} << 27;

constexpr float kSameAgreement = 0.65f;
constexpr float kSameScore = 0.75f;
constexpr double kSameSeconds = 3.0;
constexpr double kSameTempo = 0.02;

std::vector<RowPair> straight_pairs(const Overlap& overlap) {
  std::vector<RowPair> pairs;
  pairs.reserve(overlap.size);
  for (std::size_t i = 0; i < overlap.size; ++i)
    pairs.emplace_back(overlap.query_first + i, overlap.track_first + i);
  return pairs;
}

bool looks_recorded_once(const Alignment& alignment) {
  return alignment.agreement >= kSameAgreement && alignment.score >= kSameScore &&
         alignment.end_seconds - alignment.start_seconds >= kSameSeconds &&
         std::abs(alignment.tempo_ratio - 1.0) <= kSameTempo;
}

// The passage against one stretch of frames. Places are counted in steps of a phase: place g lays phase p = -g mod P at
// lag (g + p) / P, so that the passage begins g * hop / P after the stretch.
class Stretch {
 public:
  Stretch(const PassageRows& passage, const FramesView& track, double begin_seconds, const FrameScale* scale)
      : passage_(passage),
        track_(track, scale, "track"),
        begin_seconds_(begin_seconds),
        end_seconds_(begin_seconds + static_cast<double>(track.num_frames - 1) * track.hop_seconds +
                     std::max(track.window_seconds, track.hop_seconds)) {}

  std::vector<Alignment> straight(std::size_t max_results) const {
    std::vector<Alignment> alignments;
    const Lag phases = static_cast<Lag>(passage_.num_phases());
    for (const Lag lag : peaks(std::max(kMinPeaks, kPeaksPerResult * std::min(max_results, track_.size())))) {
      Lag best = lag * phases;
      float highest = score_at(best);
      for (Lag place = (lag - 1) * phases + 1; place < (lag + 1) * phases; ++place) {
        const float score = score_at(place);
        if (score > highest) {
          highest = score;
          best = place;
        }
      }
      alignments.push_back(at(best));
    }
    return alignments;
  }

  /// @throws InvalidArgument  a table of costs would be too large
  void check_warpable() const {
    const ScaledRows& query = passage_.phase(0);
    if (track_.size() > kMaxWarpedCells / query.size())
      throw InvalidArgument("[moments] any_tempo: expected at most " + std::to_string(kMaxWarpedCells) +
                            " pairs of frames, found " + std::to_string(query.size()) + " x " +
                            std::to_string(track_.size()));
  }

  std::vector<Alignment> warped(std::size_t max_results, std::size_t separation) const {
    const ScaledRows& query = passage_.phase(0);
    std::vector<Alignment> alignments;
    for (const WarpedPath& path : warped_paths(query, track_, max_results, separation)) {
      const double hop = passage_.hop_seconds();
      const auto query_steps = static_cast<double>(path.pairs.back().first - path.pairs.front().first);
      const auto track_steps = static_cast<double>(path.pairs.back().second - path.pairs.front().second);
      Alignment alignment;
      alignment.tempo_ratio = track_steps > 0.0 ? query_steps / track_steps : 1.0;
      alignment.start_seconds = begin_seconds_ + static_cast<double>(path.pairs.front().second) * hop;
      alignment.end_seconds =
          std::min(end_seconds_, alignment.start_seconds + passage_.duration_seconds() / alignment.tempo_ratio);
      alignment.score = path.score - kWarpingGain;
      alignment.agreement = agreement(query, track_, path.pairs);
      alignment.is_same_recording = looks_recorded_once(alignment);
      alignments.push_back(alignment);
    }
    return alignments;
  }

 private:
  // Lags at which the first phase scores more than at the lags beside them, the best first.
  std::vector<Lag> peaks(std::size_t max_peaks) const {
    const LagRange lags = sensible_lags(passage_.phase(0).size(), track_.size());
    const std::vector<float> scores = diagonal_scores(passage_.phase(0), track_, lags);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const bool rises = i == 0 || scores[i] >= scores[i - 1];
      const bool falls = i + 1 == scores.size() || scores[i] > scores[i + 1];
      if (rises && falls)
        found.push_back(i);
    }
    std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    found.resize(std::min(found.size(), max_peaks));
    std::vector<Lag> result(found.size());
    std::transform(found.begin(), found.end(), result.begin(),
                   [&lags](std::size_t i) { return lags.first + static_cast<Lag>(i); });
    return result;
  }

  std::size_t phase_of(Lag place) const {
    const Lag phases = static_cast<Lag>(passage_.num_phases());
    return static_cast<std::size_t>((phases - place % phases) % phases);
  }
  Lag lag_of(Lag place) const {
    return (place + static_cast<Lag>(phase_of(place))) / static_cast<Lag>(passage_.num_phases());
  }
  float score_at(Lag place) const { return diagonal_score(passage_.phase(phase_of(place)), track_, lag_of(place)); }

  Alignment at(Lag place) const {
    const float before = score_at(place - 1);
    const float here = score_at(place);
    const float after = score_at(place + 1);
    const double curvature = static_cast<double>(before) - 2.0 * here + after;
    const bool is_peak = here >= before && here >= after && curvature < 0.0;
    const double vertex = is_peak ? 0.5 * (static_cast<double>(before) - after) / curvature : 0.0;
    const double step_seconds = passage_.hop_seconds() / static_cast<double>(passage_.num_phases());
    const double start = begin_seconds_ + (static_cast<double>(place) + vertex) * step_seconds;
    const ScaledRows& query = passage_.phase(phase_of(place));
    Alignment alignment;
    alignment.query_start_seconds = std::max(0.0, begin_seconds_ - start);
    alignment.start_seconds = std::max(begin_seconds_, start);
    alignment.end_seconds =
        std::max(alignment.start_seconds, std::min(end_seconds_, start + passage_.duration_seconds()));
    alignment.score = here;
    alignment.agreement =
        agreement(query, track_, straight_pairs(overlap_at(lag_of(place), query.size(), track_.size())));
    alignment.is_same_recording = looks_recorded_once(alignment);
    return alignment;
  }

  const PassageRows& passage_;
  ScaledRows track_;
  double begin_seconds_;
  double end_seconds_;
};

}  // namespace

PassageRows::PassageRows(const Passage& passage, const FrameScale* scale)
    : frames_(passage.phases.data()), duration_seconds_(passage.duration_seconds) {
  if (passage.phases.empty())
    throw InvalidArgument("[moments] passage: expected frames, found none");
  if (!(duration_seconds_ > 0.0) || !std::isfinite(duration_seconds_))
    throw InvalidArgument("[moments] passage: expected a duration above 0 s, found " +
                          std::to_string(duration_seconds_));
  for (const Frames& frames : passage.phases) {
    check_like(frames, "passage");
    phases_.emplace_back(frames, scale, "passage");
  }
}

void PassageRows::check_like(const FramesView& frames, const std::string& what) const {
  if (frames.encoder_id != frames_->encoder_id || frames.dim != frames_->dim)
    throw InvalidArgument("[moments] " + what + ": expected frames of " + frames_->encoder_id.str() + " with dim " +
                          std::to_string(frames_->dim) + ", found " + frames.encoder_id.str() + " with dim " +
                          std::to_string(frames.dim));
  if (std::abs(frames.hop_seconds - frames_->hop_seconds) > 1e-9)
    throw InvalidArgument("[moments] " + what + ": expected frames every " + std::to_string(frames_->hop_seconds) +
                          " s, found every " + std::to_string(frames.hop_seconds) + " s");
}

std::vector<Alignment> align(const PassageRows& passage, const FramesView& track, double track_begin_seconds,
                             const AlignSettings& settings) {
  passage.check_like(track, "track");
  const Stretch stretch(passage, track, track_begin_seconds, settings.scale);
  if (settings.any_tempo)
    stretch.check_warpable();
  std::vector<Alignment> alignments = stretch.straight(settings.max_results);
  if (settings.any_tempo) {
    const auto separation = static_cast<std::size_t>(settings.separation_seconds / passage.hop_seconds());
    const std::vector<Alignment> warped = stretch.warped(settings.max_results, std::max<std::size_t>(1, separation));
    alignments.insert(alignments.end(), warped.begin(), warped.end());
  }
  return best_apart(std::move(alignments), settings.max_results, settings.separation_seconds);
}

std::vector<Alignment> best_apart(std::vector<Alignment> alignments, std::size_t max_results,
                                  double separation_seconds) {
  std::stable_sort(alignments.begin(), alignments.end(),
                   [](const Alignment& a, const Alignment& b) { return a.score > b.score; });
  std::vector<Alignment> kept;
  for (const Alignment& alignment : alignments) {
    const bool is_apart = std::all_of(kept.begin(), kept.end(), [&](const Alignment& better) {
      const double start = alignment.start_seconds - alignment.query_start_seconds;
      const double better_start = better.start_seconds - better.query_start_seconds;
      return std::abs(start - better_start) >= separation_seconds;
    });
    if (is_apart)
      kept.push_back(alignment);
    if (kept.size() == max_results)
      break;
  }
  return kept;
}

}  // namespace mess::internal

namespace mess {

std::vector<Alignment> align_frames(const Passage& passage, const FramesView& track, const AlignOptions& options) {
  if (options.max_results == 0)
    throw InvalidArgument("[moments] max_results: expected at least 1, found 0");
  if (!(options.min_separation_seconds >= 0.0) || !std::isfinite(options.min_separation_seconds))
    throw InvalidArgument("[moments] min_separation_seconds: expected 0 or more, found " +
                          std::to_string(options.min_separation_seconds));
  const internal::PassageRows rows(passage, options.scale);
  const double separation =
      options.min_separation_seconds > 0.0 ? options.min_separation_seconds : 0.5 * rows.duration_seconds();
  return internal::align(rows, track, 0.0,
                         {.max_results = options.max_results,
                          .any_tempo = options.any_tempo,
                          .separation_seconds = separation,
                          .scale = options.scale});
}

}  // namespace mess
