// SPDX-License-Identifier: MIT
#include "src/analyze/beat_phase.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "src/analyze/harmonic_change.h"

namespace mess::internal {
namespace {

// Fitted by benchmarks/fit_rhythm.py on composed pieces.
constexpr std::array<double, kNumPhaseFeatures> kPhaseWeights{
    1.284, 0.1487, 5.82, -0.7372, 0.8773, -19.52, 0.202, 6.303, 14.64, 0.221, 1.35, 10.12, -0.4486, 1.827, 3.882};

// Strongest onset near a moment, on a compressed scale.
double onset_near(const std::vector<float>& curve, double frame, double reach) {
  const auto size = static_cast<double>(curve.size());
  const double first = std::clamp(std::round(frame - reach), 0.0, size - 1.0);
  const double last = std::clamp(std::round(frame + reach), 0.0, size - 1.0);
  const auto begin = curve.begin() + static_cast<std::ptrdiff_t>(first);
  return std::sqrt(*std::max_element(begin, curve.begin() + static_cast<std::ptrdiff_t>(last) + 1));
}

struct Quarters {
  double on = 0.0;      // at the beat
  double second = 0.0;  // a quarter to two fifths of the way to the next
  double middle = 0.0;
  double fourth = 0.0;
};

std::vector<Quarters> measure(const std::vector<float>& curve, const std::vector<double>& beat_frames) {
  std::vector<Quarters> all;
  for (std::size_t i = 0; i + 1 < beat_frames.size(); ++i) {
    const double start = beat_frames[i];
    const double period = beat_frames[i + 1] - start;
    all.push_back({.on = onset_near(curve, start, 0.08 * period),
                   .second = onset_near(curve, start + 0.29 * period, 0.09 * period),
                   .middle = onset_near(curve, start + 0.5 * period, 0.08 * period),
                   .fourth = onset_near(curve, start + 0.71 * period, 0.09 * period)});
  }
  return all;
}

using PhaseFeatures = std::array<double, kNumPhaseFeatures>;

void compare_onsets(const OnsetCurves& onsets, const std::vector<double>& clock_seconds, PhaseFeatures& features) {
  std::vector<double> frames;
  frames.reserve(clock_seconds.size());
  for (const double seconds : clock_seconds)
    frames.push_back((seconds - onsets.first_frame_seconds) * onsets.frame_rate_hz);
  for (std::size_t r = 0; r < onsets.ranges.size(); ++r) {
    const std::vector<Quarters> quarters = measure(onsets.ranges[r], frames);
    double strength = 0.0;
    double halves = 0.0;
    double pickup = 0.0;
    double scale = 1e-6;
    double square = 1e-6;
    for (std::size_t i = 0; i + 1 < quarters.size(); ++i) {
      const Quarters& q = quarters[i];
      strength += q.on - q.middle;
      halves += q.fourth - q.second;
      pickup += q.middle * (quarters[i + 1].on - q.on);
      scale += q.on + q.middle;
      square += q.on * q.on + q.middle * q.middle;
    }
    // The pickup's sum over beats telescopes unless the middle sounds at some of them only: that is what it looks for.
    features[3 * r] = strength / scale;
    features[3 * r + 1] = halves / scale;
    features[3 * r + 2] = pickup / square;
  }
}

double mean_of_largest_quarter(std::vector<double> values) {
  std::sort(values.begin(), values.end(), std::greater<>());
  const std::size_t count = (values.size() + 3) / 4;
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  return std::accumulate(values.begin(), end, 0.0) / static_cast<double>(std::max<std::size_t>(1, count));
}

// Three features from index `first` on.
void compare_harmony(const ChromaCurves& chroma, const std::vector<double>& beats, double span_beats, std::size_t first,
                     PhaseFeatures& features) {
  std::vector<double> on;
  std::vector<double> middle;
  double difference = 0.0;
  double sum = 1e-6;
  double difference_of_squares = 0.0;
  double sum_of_squares = 1e-6;
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    const double period = beats[i + 1] - beats[i];
    on.push_back(harmonic_change(chroma, beats[i], span_beats * period));
    middle.push_back(harmonic_change(chroma, beats[i] + 0.5 * period, span_beats * period));
    difference += on[i] - middle[i];
    sum += on[i] + middle[i];
    difference_of_squares += on[i] * on[i] - middle[i] * middle[i];
    sum_of_squares += on[i] * on[i] + middle[i] * middle[i];
  }
  features[first] = difference / sum;
  features[first + 1] = difference_of_squares / sum_of_squares;
  features[first + 2] = mean_of_largest_quarter(std::move(on)) - mean_of_largest_quarter(std::move(middle));
}

}  // namespace

std::array<double, kNumPhaseFeatures> beat_phase_features(const OnsetCurves& onsets, const ChromaCurves& chroma,
                                                          const std::vector<double>& clock_seconds,
                                                          const std::vector<double>& track_seconds) {
  PhaseFeatures features{};
  if (onsets.total.empty() || chroma.frames.empty())
    return features;
  compare_onsets(onsets, clock_seconds, features);
  compare_harmony(chroma, track_seconds, 1.0, 9, features);
  compare_harmony(chroma, track_seconds, 2.0, 12, features);
  return features;
}

bool is_off_beat(const OnsetCurves& onsets, const ChromaCurves& chroma, const std::vector<double>& clock_seconds,
                 const std::vector<double>& track_seconds) {
  const PhaseFeatures features = beat_phase_features(onsets, chroma, clock_seconds, track_seconds);
  double sum = 0.0;
  for (std::size_t i = 0; i < features.size(); ++i)
    sum += kPhaseWeights[i] * features[i];
  return sum < 0.0;
}

}  // namespace mess::internal
