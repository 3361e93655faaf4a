// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {

/// The largest value between and at the samples of one channel: four times oversampled by the interpolator of ITU-R
/// BS.1770-4, annex 2. Streamed.
class TruePeak {
 public:
  void push(std::span<const float> samples);
  /// Linear; 0 before anything sounds.
  float peak() const { return peak_; }

 private:
  static constexpr std::size_t kKept = kInterpolatorTaps - 1;

  void scan(const float* samples, std::size_t num_positions);

  std::array<float, kKept> kept_{};  // the last samples
  float peak_ = 0.0f;
};

}  // namespace mess::internal
