// SPDX-License-Identifier: MIT
#include "src/analyze/tempo_drift.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/analyze/periodicity.h"
#include "src/analyze/state_path.h"
#include "src/analyze/tempo.h"

namespace mess::internal {
namespace {

constexpr std::size_t kWindowFrames = 172;  // 2 s: a rubato bends little within
constexpr std::size_t kHopFrames = 16;      // 0.19 s
constexpr std::size_t kNumStates = 56;      // tempi 2 % apart, from 70 BPM: one and a half octaves
constexpr double kStateStep = 1.02;
constexpr double kSlowestBpm = 70.0;
constexpr std::size_t kLargestStep = 2;  // states per hop: 4 % in 0.19 s
constexpr std::size_t kBandStates = 24;  // a path keeps to one metrical level: it bends by a quarter at most
constexpr std::size_t kBandStep = 4;
constexpr float kStepPenalty = 0.02f;  // per state, against autocorrelations of 0 to 1

using States = std::array<float, kNumStates>;

double state_bpm(std::size_t state) { return kSlowestBpm * std::pow(kStateStep, static_cast<double>(state)); }

States score_states(std::span<const float> lags, double frame_rate_hz) {
  States scores{};
  for (std::size_t state = 0; state < scores.size() && !lags.empty(); ++state) {
    const double lag = 60.0 * frame_rate_hz / state_bpm(state);
    scores[state] = at_lag(lags, lag) + 0.5f * at_lag(lags, 2 * lag);
  }
  return scores;
}

std::vector<States> score_hops(std::span<const float> curve, double frame_rate_hz) {
  Autocorrelator correlator(kWindowFrames);
  std::vector<States> hops;
  for (std::size_t hop = 0; hop < curve.size() / kHopFrames + 1; ++hop) {
    const std::size_t centre = hop * kHopFrames;
    const std::size_t first = centre > kWindowFrames / 2 ? centre - kWindowFrames / 2 : 0;
    const std::size_t last = std::min(curve.size(), first + kWindowFrames);
    hops.push_back(score_states(correlator.compute(curve.subspan(first, last - first)), frame_rate_hz));
  }
  return hops;
}

// The best path within kBandStates from `first_state` on, one state for each hop.
std::vector<std::size_t> best_path(const std::vector<States>& hops, std::size_t first_state) {
  StatePath path(kBandStates, kLargestStep, kStepPenalty);
  for (const States& scores : hops)
    path.add(std::span(scores).subspan(first_state, kBandStates));
  std::vector<std::size_t> states = path.finish();
  for (std::size_t& state : states)
    state += first_state;
  return states;
}

// Frames of the original at equal steps of phase; the mean tempo, and so about the length, stays.
std::vector<double> even_phase_frames(const std::vector<std::size_t>& path, std::size_t num_frames) {
  std::vector<double> bpm(path.size());
  double mean_log = 0.0;
  for (std::size_t hop = 0; hop < path.size(); ++hop) {
    // Mean of five hops: the states' steps of 2 % would show as jitter.
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t near = hop >= 2 ? hop - 2 : 0; near < std::min(path.size(), hop + 3); ++near, ++count)
      sum += state_bpm(path[near]);
    bpm[hop] = sum / count;
    mean_log += std::log(bpm[hop]) / static_cast<double>(path.size());
  }
  const double mean_bpm = std::exp(mean_log);
  std::vector<double> frames;
  for (double frame = 0.0; frame < static_cast<double>(num_frames);) {
    frames.push_back(frame);
    const double hop = frame / kHopFrames;
    const std::size_t left = std::min(path.size() - 1, static_cast<std::size_t>(hop));
    const std::size_t right = std::min(path.size() - 1, left + 1);
    const double fraction = std::min(1.0, hop - static_cast<double>(left));
    frame += mean_bpm / (bpm[left] * (1.0 - fraction) + bpm[right] * fraction);
  }
  return frames;
}

std::vector<float> sample_at(const std::vector<float>& curve, const std::vector<double>& frames) {
  std::vector<float> result;
  result.reserve(frames.size());
  for (const double frame : frames) {
    const auto left = static_cast<std::size_t>(frame);
    const std::size_t right = std::min(curve.size() - 1, left + 1);
    const auto fraction = static_cast<float>(frame - static_cast<double>(left));
    result.push_back(curve[left] * (1.0f - fraction) + curve[right] * fraction);
  }
  return result;
}

}  // namespace

double SteadiedCurves::original_seconds(double steadied_seconds) const {
  const double frame = std::max(0.0, (steadied_seconds - curves.first_frame_seconds) * curves.frame_rate_hz);
  const std::size_t left = std::min(source_frames.size() - 1, static_cast<std::size_t>(frame));
  const std::size_t right = std::min(source_frames.size() - 1, left + 1);
  const double fraction = std::min(1.0, frame - static_cast<double>(left));
  const double source = source_frames[left] * (1.0 - fraction) + source_frames[right] * fraction;
  return curves.first_frame_seconds + source / curves.frame_rate_hz;
}

SteadiedCurves steady(const OnsetCurves& curves) {
  const std::vector<float> onsets = standing_out(curves.total, curves.frame_rate_hz);
  const std::vector<States> hops = score_hops(onsets, curves.frame_rate_hz);
  SteadiedCurves steadied;
  double most = -1.0;
  for (std::size_t first_state = 0; first_state + kBandStates <= kNumStates; first_state += kBandStep) {
    std::vector<double> frames = even_phase_frames(best_path(hops, first_state), onsets.size());
    const double repeated = strongest_repetition(sample_at(curves.total, frames), curves.frame_rate_hz);
    if (repeated > most) {
      most = repeated;
      steadied.source_frames = std::move(frames);
    }
  }
  steadied.curves.frame_rate_hz = curves.frame_rate_hz;
  steadied.curves.first_frame_seconds = curves.first_frame_seconds;
  steadied.curves.total = sample_at(curves.total, steadied.source_frames);
  for (std::size_t r = 0; r < curves.ranges.size(); ++r) {
    steadied.curves.ranges[r] = sample_at(curves.ranges[r], steadied.source_frames);
  }
  return steadied;
}

}  // namespace mess::internal
