// SPDX-License-Identifier: MIT
#include "src/analyze/beat_phase.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

// Fitted by benchmarks/fit_rhythm.py on composed pieces.
constexpr std::array<double, kNumPhaseFeatures> kPhaseWeights{5.185, 4.199, 2.554, 3.015, 5.063,
                                                              -19.4, 1.389, 6.965, 8.399};

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

}  // namespace

std::array<double, kNumPhaseFeatures> beat_phase_features(const OnsetCurves& curves,
                                                          const std::vector<double>& beats_seconds) {
  std::array<double, kNumPhaseFeatures> features{};
  if (curves.total.empty())
    return features;
  std::vector<double> frames;
  for (const double seconds : beats_seconds)
    frames.push_back((seconds - curves.first_frame_seconds) * curves.frame_rate_hz);
  for (std::size_t r = 0; r < curves.ranges.size(); ++r) {
    const std::vector<Quarters> quarters = measure(curves.ranges[r], frames);
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
  return features;
}

bool is_off_beat(const OnsetCurves& curves, const std::vector<double>& beats_seconds) {
  const auto features = beat_phase_features(curves, beats_seconds);
  double sum = 0.0;
  for (std::size_t i = 0; i < features.size(); ++i)
    sum += kPhaseWeights[i] * features[i];
  return sum < 0.0;
}

}  // namespace mess::internal
