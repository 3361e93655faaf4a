// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/support/fft.h"

namespace mess::internal::acoustic {

inline constexpr int kSampleRateHz = 22050;
inline constexpr double kHighestHz = 10000.0;  // above, lossy encoders differ more than music does

/// Power spectrum of one block under a Hann window. Not thread-safe.
class PowerSpectrum {
 public:
  explicit PowerSpectrum(std::size_t block_size);
  /// @param block  block_size samples
  void compute(std::span<const float> block);
  /// block_size / 2 + 1 values; valid until the next compute().
  std::span<const float> power() const { return power_; }
  /// Mean over the bins up to 10 kHz.
  float mean_power() const { return mean_power_; }
  /// What mean_power() is for noise of this mean square, spread evenly.
  double mean_power_of(double mean_square) const { return mean_square * window_energy_; }
  std::size_t block_size() const { return window_.size(); }

 private:
  RealFft fft_;
  std::vector<float> window_;
  std::vector<float> averaging_;  // equal weights, sum 1, one per bin up to 10 kHz but the first
  std::vector<float> power_;
  double window_energy_ = 0.0;
  float mean_power_ = 0.0f;
};

}  // namespace mess::internal::acoustic
