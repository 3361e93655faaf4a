// SPDX-License-Identifier: MIT
#include "src/analyze/k_weighting.h"

#include <cmath>
#include <numbers>

namespace mess::internal {

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
  shelf_.b = {(vh + vb * k / kShelfQ + k * k) / a0, 2.0 * (k * k - vh) / a0, (vh - vb * k / kShelfQ + k * k) / a0};
  shelf_.a = {1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / kShelfQ + k * k) / a0};

  k = std::tan(std::numbers::pi * kHighPassHz / sample_rate_hz);
  a0 = 1.0 + k / kHighPassQ + k * k;
  high_pass_.b = {1.0, -2.0, 1.0};
  high_pass_.a = {1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / kHighPassQ + k * k) / a0};
}

void KWeighting::Biquad::flush_tiny() {
  for (Pair* state : {&state1, &state2}) {
    for (int lane = 0; lane < 2; ++lane) {
      if (std::abs((*state)[lane]) < 1e-30)
        (*state)[lane] = 0.0;
    }
  }
}

std::array<double, 2> KWeighting::energies(std::span<const float> first, std::span<const float> second) {
  Biquad shelf = shelf_;
  Biquad high_pass = high_pass_;
  Pair sum{};
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Pair sample{static_cast<double>(first[i]), static_cast<double>(second[i])};
    const Pair out = high_pass.filter(shelf.filter(sample));
    sum += out * out;
  }
  shelf.flush_tiny();
  high_pass.flush_tiny();
  shelf_ = shelf;
  high_pass_ = high_pass;
  return {sum[0], sum[1]};
}

}  // namespace mess::internal
