// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace mess::internal {

/// The largest value between and at the samples of one channel: four times oversampled by the interpolator of ITU-R
/// BS.1770-4, annex 2. Streamed.
class TruePeak {
 public:
  TruePeak();
  void push(std::span<const float> samples);
  /// Linear; 0 before anything sounds.
  float peak() const { return peak_; }

 private:
  static constexpr std::size_t kTaps = 12;
  static constexpr std::size_t kBlock = 1024;

  void scan();

  std::vector<float> samples_;  // the last kTaps - 1 of the block before, then the block
  float peak_ = 0.0f;
};

}  // namespace mess::internal
