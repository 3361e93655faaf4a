// SPDX-License-Identifier: MIT
#include "src/analyze/beat_tracker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "src/analyze/periodicity.h"
#include "src/analyze/state_path.h"

namespace mess::internal {
namespace {

constexpr std::size_t kPeriodWindowFrames = 640;  // 7.4 s
constexpr std::size_t kPeriodHopFrames = 64;      // 0.74 s
constexpr std::size_t kNumPeriods = 25;           // 2 % apart: 0.79 to 1.27 of the track's period
constexpr double kPeriodStep = 1.02;
constexpr float kPeriodChangePenalty = 0.3f;  // per step, against autocorrelations of 0 to 1
constexpr double kSmoothFrames = 1.5;         // deviation of the Gaussian over onsets
constexpr float kTightness = 300.0f;          // Ellis's alpha: cost of a squared log ratio of periods
constexpr double kLeastBetween = 0.2;         // evidence between beats, against theirs, that may be the true ones
constexpr float kLowWeight = 1.0f;            // bass and kick speak twice: they carry the beat more than the tune

using PeriodScores = std::array<float, kNumPeriods>;

double period_ratio(int index) { return std::pow(kPeriodStep, index - static_cast<int>(kNumPeriods / 2)); }

PeriodScores score_periods(std::span<const float> lags, double period) {
  PeriodScores scores{};
  for (std::size_t i = 0; i < kNumPeriods && !lags.empty(); ++i) {
    const double lag = period * period_ratio(static_cast<int>(i));
    scores[i] = (at_lag(lags, lag) + at_lag(lags, 2 * lag) + at_lag(lags, 4 * lag)) / 3.0f;
  }
  return scores;
}

// The period at every hop: the path with the best repetition that changes little.
std::vector<double> local_periods(std::span<const float> curve, double period) {
  Autocorrelator correlator(kPeriodWindowFrames);
  StatePath path(kNumPeriods, kNumPeriods, kPeriodChangePenalty);
  for (std::size_t hop = 0; hop < curve.size() / kPeriodHopFrames + 1; ++hop) {
    const std::size_t centre = hop * kPeriodHopFrames;
    const std::size_t first = centre > kPeriodWindowFrames / 2 ? centre - kPeriodWindowFrames / 2 : 0;
    const std::size_t last = std::min(curve.size(), first + kPeriodWindowFrames);
    path.add(score_periods(correlator.compute(curve.subspan(first, last - first)), period));
  }
  std::vector<double> periods;
  for (const std::size_t state : path.finish())
    periods.push_back(period * period_ratio(static_cast<int>(state)));
  return periods;
}

// What beats should fall on: onsets of all ranges, the low one again, smoothed, at unit deviation.
std::vector<float> beat_evidence(const OnsetCurves& curves) {
  std::vector<float> onsets = standing_out(curves.total, curves.frame_rate_hz);
  const std::vector<float> low = standing_out(curves.ranges.front(), curves.frame_rate_hz);
  for (std::size_t i = 0; i < onsets.size(); ++i)
    onsets[i] = std::sqrt(onsets[i]) + kLowWeight * std::sqrt(low[i]);
  std::array<float, 9> kernel{};
  for (std::size_t k = 0; k < kernel.size(); ++k) {
    const double distance = (static_cast<double>(k) - 4.0) / kSmoothFrames;
    kernel[k] = static_cast<float>(std::exp(-0.5 * distance * distance));
  }
  std::vector<float> smooth(onsets.size());
  double sum_of_squares = 0.0;
  for (std::size_t i = 0; i < onsets.size(); ++i) {
    for (std::size_t k = 0; k < kernel.size(); ++k) {
      const std::size_t j = i + k;
      if (j >= 4 && j - 4 < onsets.size())
        smooth[i] += kernel[k] * onsets[j - 4];
    }
    sum_of_squares += static_cast<double>(smooth[i]) * smooth[i];
  }
  const auto scale =
      static_cast<float>(std::sqrt(static_cast<double>(smooth.size()) / std::max(1e-12, sum_of_squares)));
  for (float& value : smooth)
    value *= scale;
  return smooth;
}

// Log of whole numbers up to the longest period looked back.
std::vector<float> log_table(std::size_t size) {
  std::vector<float> table(size + 1, 0.0f);
  for (std::size_t i = 1; i <= size; ++i)
    table[i] = std::log(static_cast<float>(i));
  return table;
}

struct Chain {
  std::vector<float> score;          // best sum of evidence of a chain of beats that ends here
  std::vector<std::int32_t> before;  // the beat before; -1 at a chain's start
};

Chain chain_beats(const std::vector<float>& evidence, const std::vector<double>& periods) {
  const double longest = *std::max_element(periods.begin(), periods.end());
  const std::vector<float> log_of = log_table(static_cast<std::size_t>(2.0 * longest) + 1);
  Chain chain{.score = evidence, .before = std::vector<std::int32_t>(evidence.size(), -1)};
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const double period = periods[std::min(periods.size() - 1, (i + kPeriodHopFrames / 2) / kPeriodHopFrames)];
    const auto log_period = static_cast<float>(std::log(period));
    const auto nearest = static_cast<std::size_t>(period / 1.6);
    const auto farthest = std::min(i, static_cast<std::size_t>(period * 1.6));
    float best = 0.0f;
    for (std::size_t gap = std::max<std::size_t>(1, nearest); gap <= farthest; ++gap) {
      const float ratio = log_of[gap] - log_period;
      const float value = chain.score[i - gap] - kTightness * ratio * ratio;
      if (value > best) {
        best = value;
        chain.before[i] = static_cast<std::int32_t>(i - gap);
      }
    }
    chain.score[i] += best;
  }
  return chain;
}

// The chain that ends best within the last period.
std::vector<std::size_t> best_chain(const Chain& chain, double last_period) {
  const auto tail = std::min(chain.score.size(), static_cast<std::size_t>(last_period) + 1);
  const auto end = std::max_element(chain.score.end() - static_cast<std::ptrdiff_t>(tail), chain.score.end());
  std::vector<std::size_t> frames;
  for (auto i = static_cast<std::int32_t>(end - chain.score.begin()); i >= 0;
       i = chain.before[static_cast<std::size_t>(i)]) {
    frames.push_back(static_cast<std::size_t>(i));
  }
  std::reverse(frames.begin(), frames.end());
  return frames;
}

// Beats without evidence at either end are only the chain's inertia.
void trim(std::vector<std::size_t>& frames, const std::vector<float>& evidence) {
  constexpr float kLeast = 0.3f;
  const auto sounds = [&](std::size_t frame) { return evidence[frame] > kLeast; };
  frames.erase(std::find_if(frames.rbegin(), frames.rend(), sounds).base(), frames.end());
  frames.erase(frames.begin(), std::find_if(frames.begin(), frames.end(), sounds));
}

// Between frames, at the top of the parabola through the evidence.
double refine(const std::vector<float>& evidence, std::size_t frame) {
  if (frame == 0 || frame + 1 >= evidence.size())
    return static_cast<double>(frame);
  const double left = evidence[frame - 1];
  const double middle = evidence[frame];
  const double right = evidence[frame + 1];
  const double curvature = left - 2.0 * middle + right;
  if (middle < left || middle < right || curvature >= 0.0)
    return static_cast<double>(frame);
  return static_cast<double>(frame) + 0.5 * (left - right) / curvature;
}

std::vector<double> follow(const std::vector<float>& evidence, const std::vector<double>& periods,
                           const OnsetCurves& curves) {
  std::vector<std::size_t> frames = best_chain(chain_beats(evidence, periods), periods.back());
  trim(frames, evidence);
  std::vector<double> beats;
  for (const std::size_t frame : frames) {
    const double seconds = curves.first_frame_seconds + refine(evidence, frame) / curves.frame_rate_hz;
    beats.push_back(std::max(0.0, seconds));
  }
  return beats;
}

// The evidence without what these beats have: a second search finds those between them.
std::vector<float> hush_near(std::vector<float> evidence, const std::vector<double>& beats, const OnsetCurves& curves) {
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    const double centre = (beats[i] - curves.first_frame_seconds) * curves.frame_rate_hz;
    const double reach = 0.15 * (beats[i + 1] - beats[i]) * curves.frame_rate_hz;
    const auto last = std::min(evidence.size(), static_cast<std::size_t>(centre + reach) + 1);
    for (auto frame = static_cast<std::size_t>(std::max(0.0, centre - reach)); frame < last; ++frame)
      evidence[frame] = 0.0f;
  }
  return evidence;
}

double sum_at(const std::vector<float>& evidence, const std::vector<double>& beats, const OnsetCurves& curves) {
  double sum = 0.0;
  for (const double seconds : beats) {
    const double frame = (seconds - curves.first_frame_seconds) * curves.frame_rate_hz + 0.5;
    sum += evidence[std::min(evidence.size() - 1, static_cast<std::size_t>(std::max(0.0, frame)))];
  }
  return sum;
}

}  // namespace

std::vector<double> track_beats(const OnsetCurves& curves, double bpm, const OffBeatJudge& is_off_beat) {
  const std::vector<float> evidence = beat_evidence(curves);
  if (evidence.empty())
    return {};
  const std::vector<double> periods = local_periods(evidence, 60.0 * curves.frame_rate_hz / bpm);
  std::vector<double> beats = follow(evidence, periods, curves);
  if (!is_off_beat(beats))
    return beats;
  std::vector<double> between = follow(hush_near(evidence, beats, curves), periods, curves);
  // Where next to nothing sounds between them, they were the beats.
  return sum_at(evidence, between, curves) > kLeastBetween * sum_at(evidence, beats, curves) ? between : beats;
}

double mean_bpm(const std::vector<double>& beats_seconds) {
  const std::size_t span = beats_seconds.size() / 2;
  std::vector<double> periods;
  for (std::size_t i = 0; i + span < beats_seconds.size() && span > 0; ++i) {
    periods.push_back((beats_seconds[i + span] - beats_seconds[i]) / static_cast<double>(span));
  }
  if (periods.empty())
    return 0.0;
  const auto middle = periods.begin() + static_cast<std::ptrdiff_t>(periods.size() / 2);
  std::nth_element(periods.begin(), middle, periods.end());
  return 60.0 / *middle;
}

}  // namespace mess::internal
