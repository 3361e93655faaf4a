// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/cepstrum.h"

#include <cmath>
#include <numbers>

#include "src/support/kernels/kernels.h"

namespace mess::internal::acoustic {
namespace {

constexpr double kLowHz = 30.0;

std::vector<float> dct_rows(std::size_t num_rows, std::size_t num_columns) {
  std::vector<float> rows;
  const auto width = static_cast<double>(num_columns);
  for (std::size_t k = 0; k < num_rows; ++k) {
    const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / width);
    for (std::size_t n = 0; n < num_columns; ++n) {
      const double angle = std::numbers::pi * static_cast<double>(k) * (static_cast<double>(n) + 0.5) / width;
      rows.push_back(static_cast<float>(scale * std::cos(angle)));
    }
  }
  return rows;
}

}  // namespace

Cepstrum::Cepstrum(std::size_t fft_size)
    : filters_(mel_filterbank(kNumBands, fft_size, kLowHz, kHighestHz)),
      centres_hz_(mel_centres_hz(kNumBands, kLowHz, kHighestHz)),
      cosines_(dct_rows(kNumCoefficients, kNumBands)) {}

double Cepstrum::level_step() { return std::sqrt(static_cast<double>(kNumBands)); }

void Cepstrum::compute(const PowerSpectrum& spectrum) {
  filters_.apply(spectrum.power(), bands_);
  const float floor = power_floor(spectrum.mean_power());
  std::array<float, kNumBands> logs;
  for (std::size_t i = 0; i < kNumBands; ++i)
    logs[i] = std::log(bands_[i] + floor);
  for (std::size_t k = 0; k < kNumCoefficients; ++k)
    coefficients_[k] = dot(cosines_.data() + k * kNumBands, logs.data(), kNumBands);
}

}  // namespace mess::internal::acoustic
