// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/contrast.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>

#include "src/encode/acoustic/cepstrum.h"
#include "src/support/kernels/signal_kernels.h"

namespace mess::internal::acoustic {
namespace {

constexpr std::array<double, SpectralContrast::kNumBands + 1> kEdgesHz{60,   200,  400,  800,  1600,
                                                                       2400, 3600, 5600, 10000};
constexpr double kShare = 0.2;
constexpr int kBisections = 14;  // to 0.1 % or better within 60 dB

using Powers = Eigen::Map<const Eigen::ArrayXf>;

// A power with about `count` of the band's below it, never more.
float weak_bound(const Powers& band, Eigen::Index count) {
  return signal_kernels().rank_bound(band.data(), static_cast<std::size_t>(band.size()),
                                     static_cast<std::size_t>(count), kBisections);
}

float mean_of_weakest(const Powers& band, Eigen::Index count) {
  const float bound = weak_bound(band, count);
  return std::max(0.0f, bound + (band - bound).cwiseMin(0.0f).sum() / static_cast<float>(count));
}

float mean_of_strongest(const Powers& band, Eigen::Index count) {
  const float bound = weak_bound(band, band.size() - count);
  return bound + (band - bound).cwiseMax(0.0f).sum() / static_cast<float>(count);
}

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
    const Powers band(power.data(), static_cast<Eigen::Index>(power.size()));
    const Eigen::Index count = std::max<Eigen::Index>(1, std::lround(kShare * static_cast<double>(band.size())));
    values_[2 * i] = std::log(mean_of_strongest(band, count) + floor);
    values_[2 * i + 1] = std::log(mean_of_weakest(band, count) + floor);
  }
}

}  // namespace mess::internal::acoustic
