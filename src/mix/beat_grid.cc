// SPDX-License-Identifier: MIT
#include "src/mix/beat_grid.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mess::internal {
namespace {

constexpr double kMaxDeviationSeconds = 0.015;
constexpr double kMaxDeviationPeriods = 0.04;
constexpr std::size_t kMinBeats = 4;

double median_interval(std::span<const double> beats) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < beats.size(); ++i)
    intervals.push_back(beats[i] - beats[i - 1]);
  std::nth_element(intervals.begin(), intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2),
                   intervals.end());
  return intervals[intervals.size() / 2];
}

}  // namespace

std::optional<BeatGrid> fit_beats(std::span<const double> beats) {
  if (beats.size() < kMinBeats)
    return std::nullopt;
  const double period = median_interval(beats);
  if (!(period > 0.05))
    return std::nullopt;
  double number = 0.0;
  std::vector<double> numbers{0.0};
  for (std::size_t i = 1; i < beats.size(); ++i)
    numbers.push_back(number += std::max(1.0, std::round((beats[i] - beats[i - 1]) / period)));
  const auto count = static_cast<double>(beats.size());
  double mean_number = 0.0;
  double mean_beat = 0.0;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    mean_number += numbers[i] / count;
    mean_beat += beats[i] / count;
  }
  double covariance = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    covariance += (numbers[i] - mean_number) * (beats[i] - mean_beat);
    variance += (numbers[i] - mean_number) * (numbers[i] - mean_number);
  }
  BeatGrid grid{0.0, covariance / variance, 0.0};
  grid.start_seconds = mean_beat - grid.period_seconds * mean_number;
  double squares = 0.0;
  for (std::size_t i = 0; i < beats.size(); ++i)
    squares += std::pow(beats[i] - grid.at(numbers[i]), 2.0);
  grid.deviation_seconds = std::sqrt(squares / count);
  if (grid.deviation_seconds > std::min(kMaxDeviationSeconds, kMaxDeviationPeriods * grid.period_seconds))
    return std::nullopt;
  return grid;
}

}  // namespace mess::internal
