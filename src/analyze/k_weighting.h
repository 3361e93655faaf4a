// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// The two-stage pre-filter of ITU-R BS.1770-4 ("K-weighting") for one channel at any sample rate: the published 48 kHz
/// biquads, traced back to their analogue parameters (De Man, "Evaluation of implementations of the EBU R128 loudness
/// measurement", AES 145, 2018) and transformed again by the bilinear transform.
class KWeighting {
 public:
  explicit KWeighting(double sample_rate_hz);
  double filter(double sample);

 private:
  struct Biquad {
    std::array<double, 3> b{};
    std::array<double, 3> a{};
    double state1 = 0.0;
    double state2 = 0.0;
    double filter(double sample);
  };
  Biquad shelf_;
  Biquad high_pass_;
};

}  // namespace mess::internal
