// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/contrast.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/encode/acoustic/cepstrum.h"

namespace mess::internal::acoustic {
namespace {

constexpr std::array<double, SpectralContrast::kNumBands + 1> kEdgesHz{60, 200, 400, 800, 1600, 2400, 3600, 5600, 10000};
constexpr double kShare = 0.2;

}  // namespace

SpectralContrast::SpectralContrast(std::size_t fft_size) {
  for (std::size_t i = 0; i < kEdgesHz.size(); ++i) {
    first_bins_[i] = static_cast<std::size_t>(kEdgesHz[i] * static_cast<double>(fft_size) / kSampleRateHz);
  }
}

void SpectralContrast::compute(const PowerSpectrum& spectrum) {
  const float floor = power_floor(spectrum.mean_power());
  for (std::size_t i = 0; i < kNumBands; ++i) {
    const auto power = spectrum.power().subspan(first_bins_[i], first_bins_[i + 1] - first_bins_[i] + 1);
    band_.assign(power.begin(), power.end());
    const auto count = std::max<std::ptrdiff_t>(1, std::lround(kShare * static_cast<double>(band_.size())));
    const auto valley_end = band_.begin() + count;
    const auto peak_begin = band_.end() - count;
    std::nth_element(band_.begin(), valley_end, band_.end());
    std::nth_element(valley_end, peak_begin, band_.end());
    const auto mean = [count](auto begin, auto end) { return std::accumulate(begin, end, 0.0f) / static_cast<float>(count); };
    values_[2 * i] = std::log(mean(peak_begin, band_.end()) + floor);
    values_[2 * i + 1] = std::log(mean(band_.begin(), valley_end) + floor);
  }
}

}  // namespace mess::internal::acoustic
