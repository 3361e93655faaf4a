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

double KWeighting::Biquad::filter(double sample) {
  const double out = b[0] * sample + state1;
  state1 = b[1] * sample - a[1] * out + state2;
  state2 = b[2] * sample - a[2] * out;
  return out;
}

double KWeighting::filter(double sample) { return high_pass_.filter(shelf_.filter(sample)); }

}  // namespace mess::internal
