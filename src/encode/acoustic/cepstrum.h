// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "src/encode/acoustic/filterbank.h"
#include "src/encode/acoustic/spectrum.h"

namespace mess::internal::acoustic {

/// Logarithms of 36 mel bands, 30 Hz to 10 kHz, and their cepstral coefficients.
class Cepstrum {
 public:
  static constexpr std::size_t kNumBands = 36;
  static constexpr std::size_t kNumCoefficients = 21;  // 0 to 20
  using Row = std::array<float, kNumCoefficients>;

  explicit Cepstrum(std::size_t fft_size);
  void compute(const PowerSpectrum& spectrum);

  const std::array<float, kNumBands>& bands() const { return bands_; }  // power
  /// Orthonormal DCT-II of the log bands. A gain of g in power adds level_step() * log(g) to coefficient 0 alone.
  const Row& coefficients() const { return coefficients_; }
  static double level_step();
  const std::vector<double>& centres_hz() const { return centres_hz_; }

 private:
  Filterbank filters_;
  std::vector<double> centres_hz_;
  std::vector<float> cosines_;  // kNumCoefficients x kNumBands
  std::array<float, kNumBands> bands_{};
  Row coefficients_{};
};

/// Added to a power before its logarithm: 80 dB below the spectrum's mean, and above zero.
inline float power_floor(float mean_power) { return 1e-8f * mean_power + 1e-20f; }

}  // namespace mess::internal::acoustic
