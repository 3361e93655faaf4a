// SPDX-License-Identifier: MIT
#include "src/analyze/k_weighting.h"

#include <cmath>
#include <numbers>

namespace mess::internal {
namespace {

// b0 + b1/z + b2/z^2 over 1 + a1/z + a2/z^2, both times 1 - a1/z + a2/z^2.
PairFilter::Section look_ahead(std::array<double, 3> b, double a1, double a2) {
  return {.forward = {b[0], b[1] - a1 * b[0], b[2] - a1 * b[1] + a2 * b[0], a2 * b[1] - a1 * b[2], a2 * b[2]},
          .back = {a1 * a1 - 2.0 * a2, -a2 * a2}};
}

}  // namespace

KWeighting::KWeighting(double sample_rate_hz) {
  constexpr double kShelfHz = 1681.974450955533;
  constexpr double kShelfGainDb = 3.999843853973347;
  constexpr double kShelfQ = 0.7071752369554196;
  constexpr double kHighPassHz = 38.13547087602444;
  constexpr double kHighPassQ = 0.5003270373238773;

  double k = std::tan(std::numbers::pi * kShelfHz / sample_rate_hz);
  const double vh = std::pow(10.0, kShelfGainDb / 20.0);
  const double vb = std::pow(vh, 0.4996667741545416);
  double a0 = 1.0 + k / kShelfQ + k * k;
  filter_.sections[0] =
      look_ahead({(vh + vb * k / kShelfQ + k * k) / a0, 2.0 * (k * k - vh) / a0, (vh - vb * k / kShelfQ + k * k) / a0},
                 2.0 * (k * k - 1.0) / a0, (1.0 - k / kShelfQ + k * k) / a0);

  k = std::tan(std::numbers::pi * kHighPassHz / sample_rate_hz);
  a0 = 1.0 + k / kHighPassQ + k * k;
  filter_.sections[1] = look_ahead({1.0, -2.0, 1.0}, 2.0 * (k * k - 1.0) / a0, (1.0 - k / kHighPassQ + k * k) / a0);
}

std::array<double, 2> KWeighting::energies(std::span<const float> first, std::span<const float> second) {
  std::array<double, 2> sums{};
  signal_kernels().filtered_energies(filter_, first.data(), second.data(), first.size(), sums.data());
  flush_tiny();
  return sums;
}

void KWeighting::flush_tiny() {
  for (auto& place : filter_.past) {
    for (auto& channel : place) {
      for (double& value : channel)
        value = std::abs(value) < 1e-30 ? 0.0 : value;
    }
  }
}

}  // namespace mess::internal
