// SPDX-License-Identifier: MIT
#include "src/analyze/loudness.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mess::internal {
namespace {

constexpr std::size_t kMaxChannels = 8;
constexpr double kAbsoluteGateLufs = -70.0;
constexpr double kRelativeGateLu = -10.0;
constexpr double kRangeGateLu = -20.0;
constexpr std::size_t kStepsPerGate = 4;    // 400 ms: 75 % overlap
constexpr std::size_t kStepsPerRange = 30;  // 3 s

double to_lufs(double power) { return -0.691 + 10.0 * std::log10(power); }
double to_power(double lufs) { return std::pow(10.0, (lufs + 0.691) / 10.0); }

// Mean powers of all runs of `length` steps that are louder than the absolute gate.
std::vector<double> window_powers(std::span<const float> steps, std::size_t length) {
  std::vector<double> powers;
  for (std::size_t i = 0; i + length <= steps.size(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < length; ++j)
      sum += steps[i + j];
    const double power = sum / static_cast<double>(length);
    if (power > to_power(kAbsoluteGateLufs))
      powers.push_back(power);
  }
  return powers;
}

// Mean of the powers above `gate`; 0 when there is none.
double gated_mean(const std::vector<double>& powers, double gate) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const double power : powers) {
    if (power > gate) {
      sum += power;
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

// Gate that lies `lu` below the mean.
double relative_gate(const std::vector<double>& powers, double lu) {
  return to_power(to_lufs(gated_mean(powers, 0.0)) + lu);
}

}  // namespace

std::vector<double> channel_weights(int num_channels) {
  static const std::array<std::vector<double>, kMaxChannels + 1> kWeights{{
      {},
      {1.0},
      {1.0, 1.0},
      {1.0, 1.0, 1.0},       // 3.0 or 2.1: nothing says which
      {1.0, 1.0, 1.0, 1.0},  // 4.0 or quad
      {1.0, 1.0, 1.0, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.41, 1.41},
  }};
  return kWeights[static_cast<std::size_t>(num_channels)];
}

std::optional<double> integrated_lufs(std::span<const float> step_powers) {
  const std::vector<double> powers = window_powers(step_powers, kStepsPerGate);
  if (powers.empty())
    return std::nullopt;
  return to_lufs(gated_mean(powers, relative_gate(powers, kRelativeGateLu)));
}

std::optional<double> loudness_range_lu(std::span<const float> step_powers) {
  std::vector<double> powers = window_powers(step_powers, kStepsPerRange);
  if (powers.empty())
    return std::nullopt;
  const double gate = relative_gate(powers, kRangeGateLu);
  std::erase_if(powers, [gate](double power) { return power <= gate; });
  std::sort(powers.begin(), powers.end());
  const auto percentile = [&](double share) {
    return to_lufs(powers[static_cast<std::size_t>(std::round(share * static_cast<double>(powers.size() - 1)))]);
  };
  return percentile(0.95) - percentile(0.10);
}

}  // namespace mess::internal
