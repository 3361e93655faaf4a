// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "src/encode/acoustic/spectrum.h"

namespace mess::internal::acoustic {

/// Peaks and valleys of 8 bands: the logarithms of the mean of the strongest and of the weakest fifth of the bins (Jiang
/// et al., "Music type classification by spectral contrast feature", ICME 2002).
class SpectralContrast {
 public:
  static constexpr std::size_t kNumBands = 8;
  using Row = std::array<float, 2 * kNumBands>;  // peak, valley, peak, valley, ...

  explicit SpectralContrast(std::size_t fft_size);
  void compute(const PowerSpectrum& spectrum);
  const Row& values() const { return values_; }

 private:
  std::array<std::size_t, kNumBands + 1> first_bins_{};
  Row values_{};
};

}  // namespace mess::internal::acoustic
