// SPDX-License-Identifier: MIT
// Short-time features of the acoustic encoder: one row per spectrum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/support/fft.h"

namespace mess::internal {

/// Triangular filters on the mel scale of Slaney's Auditory Toolbox (linear below 1 kHz, logarithmic above), each of unit
/// area. Stored sparse: a filter is a run of weights from `first_bin`.
class MelFilterbank {
 public:
  MelFilterbank(std::size_t num_bands, std::size_t fft_size, double sample_rate_hz, double low_hz, double high_hz);
  /// @param power  fft_size / 2 + 1 values  @param bands  num_bands values, output
  void apply(std::span<const float> power, std::span<float> bands) const;
  std::size_t num_bands() const { return filters_.size(); }

 private:
  struct Filter {
    std::size_t first_bin = 0;
    std::vector<float> weights;
  };
  std::vector<Filter> filters_;
};

/// From one block of samples: MFCC 1 to 20 (no 0: level does not matter), spectral contrast in 6 octave bands, and
/// centroid, 85 % roll-off and flatness. Not thread-safe.
class SpectralFeatures {
 public:
  static constexpr std::size_t kNumMfcc = 20;
  static constexpr std::size_t kNumContrast = 6;
  static constexpr std::size_t kDim = kNumMfcc + kNumContrast + 3;

  SpectralFeatures(std::size_t block_size, double sample_rate_hz);
  /// @param block  block_size samples  @param row  kDim values, output
  void compute(std::span<const float> block, std::span<float> row);

 private:
  void mfcc(std::span<float> out);
  void contrast(std::span<float> out);
  void shape(std::span<float> out) const;

  double sample_rate_hz_;
  RealFft fft_;
  MelFilterbank mel_;
  std::vector<float> window_;
  std::vector<float> cosines_;  // kNumMfcc x num_bands, the orthonormal DCT-II without its first row
  std::vector<float> power_;
  std::vector<float> log_mel_;
  std::vector<float> sorted_;
};

}  // namespace mess::internal
