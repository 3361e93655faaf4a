// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/spectrum.h"

#include "src/support/hann_window.h"
#include "src/support/kernels/kernels.h"

namespace mess::internal::acoustic {

PowerSpectrum::PowerSpectrum(std::size_t block_size)
    : fft_(block_size), window_(hann_window(block_size)), power_(fft_.num_bins()) {
  const auto num_averaged = static_cast<std::size_t>(kHighestHz * static_cast<double>(block_size) / kSampleRateHz);
  averaging_.assign(num_averaged, 1.0f / static_cast<float>(num_averaged));
  for (const float weight : window_)
    window_energy_ += static_cast<double>(weight) * weight;
}

void PowerSpectrum::compute(std::span<const float> block) {
  float* const input = fft_.input().data();
  for (std::size_t i = 0; i < window_.size(); ++i)
    input[i] = block[i] * window_[i];
  const auto spectrum = fft_.transform();
  const auto* const parts = reinterpret_cast<const float*>(spectrum.data());
  for (std::size_t bin = 0; bin < power_.size(); ++bin) {
    power_[bin] = parts[2 * bin] * parts[2 * bin] + parts[2 * bin + 1] * parts[2 * bin + 1];
  }
  // Without the first bin: an offset is not sound.
  mean_power_ = dot(power_.data() + 1, averaging_.data(), averaging_.size());
}

}  // namespace mess::internal::acoustic
