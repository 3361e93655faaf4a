// SPDX-License-Identifier: MIT
#include "src/encode/spectral_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "src/support/kernels/kernels.h"

namespace mess::internal {
namespace {

constexpr std::size_t kNumMelBands = 40;
constexpr double kLowHz = 30.0;
constexpr double kHighHz = 10000.0;  // above, lossy encoders differ more than music does
constexpr float kPowerFloor = 1e-10f;
// Edges of the contrast bands; the octave division of Jiang et al., "Music type classification by spectral contrast
// feature" (ICME 2002).
constexpr std::array<double, SpectralFeatures::kNumContrast + 1> kContrastEdgesHz{60, 200, 400, 800, 1600, 3200, 10000};
constexpr double kContrastQuantile = 0.2;

double hz_to_mel(double hz) { return hz < 1000.0 ? hz * 3.0 / 200.0 : 15.0 + std::log(hz / 1000.0) * 27.0 / std::log(6.4); }
double mel_to_hz(double mel) {
  return mel < 15.0 ? mel * 200.0 / 3.0 : 1000.0 * std::exp((mel - 15.0) * std::log(6.4) / 27.0);
}

std::vector<float> hann_window(std::size_t size) {
  std::vector<float> window(size);
  for (std::size_t i = 0; i < size; ++i) {
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size)));
  }
  return window;
}

std::vector<float> dct_rows(std::size_t num_rows, std::size_t num_bands) {
  std::vector<float> rows(num_rows * num_bands);
  const double scale = std::sqrt(2.0 / static_cast<double>(num_bands));
  for (std::size_t k = 0; k < num_rows; ++k) {
    for (std::size_t n = 0; n < num_bands; ++n) {
      const double angle = std::numbers::pi * static_cast<double>(k + 1) * (static_cast<double>(n) + 0.5) / static_cast<double>(num_bands);
      rows[k * num_bands + n] = static_cast<float>(scale * std::cos(angle));
    }
  }
  return rows;
}

}  // namespace

MelFilterbank::MelFilterbank(std::size_t num_bands, std::size_t fft_size, double sample_rate_hz, double low_hz,
                             double high_hz)
    : filters_(num_bands) {
  const double bin_hz = sample_rate_hz / static_cast<double>(fft_size);
  const double low_mel = hz_to_mel(low_hz);
  const double mel_step = (hz_to_mel(high_hz) - low_mel) / static_cast<double>(num_bands + 1);
  for (std::size_t band = 0; band < num_bands; ++band) {
    const double left = mel_to_hz(low_mel + mel_step * static_cast<double>(band));
    const double centre = mel_to_hz(low_mel + mel_step * static_cast<double>(band + 1));
    const double right = mel_to_hz(low_mel + mel_step * static_cast<double>(band + 2));
    Filter& filter = filters_[band];
    filter.first_bin = static_cast<std::size_t>(std::ceil(left / bin_hz));
    for (std::size_t bin = filter.first_bin; static_cast<double>(bin) * bin_hz < right && bin <= fft_size / 2; ++bin) {
      const double hz = static_cast<double>(bin) * bin_hz;
      const double height = hz < centre ? (hz - left) / (centre - left) : (right - hz) / (right - centre);
      filter.weights.push_back(static_cast<float>(height * 2.0 / (right - left)));
    }
  }
}

void MelFilterbank::apply(std::span<const float> power, std::span<float> bands) const {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    bands[i] = dot(filters_[i].weights.data(), power.data() + filters_[i].first_bin, filters_[i].weights.size());
  }
}

SpectralFeatures::SpectralFeatures(std::size_t block_size, double sample_rate_hz)
    : sample_rate_hz_(sample_rate_hz),
      fft_(block_size),
      mel_(kNumMelBands, block_size, sample_rate_hz, kLowHz, kHighHz),
      window_(hann_window(block_size)),
      cosines_(dct_rows(kNumMfcc, kNumMelBands)),
      power_(fft_.num_bins()),
      log_mel_(kNumMelBands) {}

void SpectralFeatures::compute(std::span<const float> block, std::span<float> row) {
  const std::span<float> input = fft_.input();
  for (std::size_t i = 0; i < block.size(); ++i) input[i] = block[i] * window_[i];
  const auto spectrum = fft_.transform();
  for (std::size_t bin = 0; bin < power_.size(); ++bin) {
    const float re = spectrum[bin].real();
    const float im = spectrum[bin].imag();
    power_[bin] = re * re + im * im;
  }
  mfcc(row.first(kNumMfcc));
  contrast(row.subspan(kNumMfcc, kNumContrast));
  shape(row.last(3));
}

void SpectralFeatures::mfcc(std::span<float> out) {
  mel_.apply(power_, log_mel_);
  for (float& value : log_mel_) value = std::log(value + kPowerFloor);
  for (std::size_t k = 0; k < kNumMfcc; ++k) out[k] = dot(cosines_.data() + k * kNumMelBands, log_mel_.data(), kNumMelBands);
}

void SpectralFeatures::contrast(std::span<float> out) {
  const double bin_hz = sample_rate_hz_ / static_cast<double>(fft_.size());
  for (std::size_t band = 0; band < kNumContrast; ++band) {
    const auto first = static_cast<std::ptrdiff_t>(kContrastEdgesHz[band] / bin_hz);
    const auto last = static_cast<std::ptrdiff_t>(kContrastEdgesHz[band + 1] / bin_hz);
    sorted_.assign(power_.begin() + first, power_.begin() + last);
    std::sort(sorted_.begin(), sorted_.end());
    const auto count = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(kContrastQuantile * static_cast<double>(sorted_.size())));
    const float valley = std::accumulate(sorted_.begin(), sorted_.begin() + count, 0.0f) / static_cast<float>(count);
    const float peak = std::accumulate(sorted_.end() - count, sorted_.end(), 0.0f) / static_cast<float>(count);
    out[band] = std::log(peak + kPowerFloor) - std::log(valley + kPowerFloor);
  }
}

void SpectralFeatures::shape(std::span<float> out) const {
  const double bin_hz = sample_rate_hz_ / static_cast<double>(fft_.size());
  const auto last_bin = static_cast<std::size_t>(kHighHz / bin_hz);
  double total = 1e-12;
  double weighted = 0.0;
  double log_sum = 0.0;
  for (std::size_t bin = 1; bin <= last_bin; ++bin) {
    const double power = static_cast<double>(power_[bin]) + kPowerFloor;
    total += power;
    weighted += power * static_cast<double>(bin);
    log_sum += std::log(power);
  }
  double running = 0.0;
  std::size_t rolloff_bin = 1;
  for (; rolloff_bin < last_bin; ++rolloff_bin) {
    running += static_cast<double>(power_[rolloff_bin]) + kPowerFloor;
    if (running >= 0.85 * total) break;
  }
  // Frequencies on a log axis: an octave counts the same everywhere.
  const auto count = static_cast<double>(last_bin);
  out[0] = static_cast<float>(std::log2(weighted / total * bin_hz));
  out[1] = static_cast<float>(std::log2(static_cast<double>(rolloff_bin) * bin_hz));
  out[2] = static_cast<float>(log_sum / count - std::log(total / count));
}

}  // namespace mess::internal
