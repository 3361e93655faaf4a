// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

namespace mess::internal {

/// The two-stage pre-filter of ITU-R BS.1770-4 ("K-weighting") for one or two channels at any sample rate: the published
/// 48 kHz biquads, traced back to their analogue parameters (De Man, "Evaluation of implementations of the EBU R128
/// loudness measurement", AES 145, 2018) and transformed again by the bilinear transform.
class KWeighting {
 public:
  explicit KWeighting(double sample_rate_hz);

  /// Filters two channels side by side, which costs what one does; give the same span twice for a single channel.
  /// @return sums of the squared outputs
  std::array<double, 2> energies(std::span<const float> first, std::span<const float> second);

 private:
  using Pair = double __attribute__((vector_size(16)));

  struct Biquad {
    std::array<double, 3> b{};
    std::array<double, 3> a{};
    Pair state1{};
    Pair state2{};

    Pair filter(Pair sample) {
      const Pair out = b[0] * sample + state1;
      state1 = b[1] * sample - a[1] * out + state2;
      state2 = b[2] * sample - a[2] * out;
      return out;
    }
    // A filter that rings on in silence ends in denormal numbers, which are slow.
    void flush_tiny();
  };
  Biquad shelf_;
  Biquad high_pass_;
};

}  // namespace mess::internal
