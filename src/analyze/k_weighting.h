// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

#include "src/support/kernels/signal_kernels.h"

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
  // A filter that rings on in silence ends in denormal numbers, which are slow.
  void flush_tiny();

  PairFilter filter_{};
};

}  // namespace mess::internal
