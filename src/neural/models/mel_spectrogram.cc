// SPDX-License-Identifier: MIT
#include "src/neural/models/mel_spectrogram.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mess::internal {
namespace {

constexpr double kFloorPower = 1e-10;
constexpr std::int64_t kFramesPerPiece = 32;

// Slaney's scale: linear below 1 kHz, 27 steps per factor of 6.4 above.
constexpr double kLinearHzPerMel = 200.0 / 3.0;
constexpr double kKneeHz = 1000.0;
constexpr double kKneeMel = kKneeHz / kLinearHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

double hz_to_mel(double hz) {
  return hz < kKneeHz ? hz / kLinearHzPerMel : kKneeMel + std::log(hz / kKneeHz) / kLogStep;
}

double mel_to_hz(double mel) {
  return mel < kKneeMel ? mel * kLinearHzPerMel : kKneeHz * std::exp(kLogStep * (mel - kKneeMel));
}

// Each wave with its ends mirrored, the outermost sample not repeated.
at::Tensor mirrored(const at::Tensor& waves, std::int64_t num_samples) {
  const std::int64_t length = waves.size(1);
  const auto padded = at::empty({waves.size(0), length + 2 * num_samples}, waves.options());
  padded.narrow(1, num_samples, length).copy_(waves);
  padded.narrow(1, 0, num_samples).copy_(waves.narrow(1, 1, num_samples).flip(1));
  padded.narrow(1, length + num_samples, num_samples)
      .copy_(waves.narrow(1, length - num_samples - 1, num_samples).flip(1));
  return padded;
}

}  // namespace

MelSpectrogram::MelSpectrogram(const MelSpectrogramConfig& config)
    : config_(config), window_(at::hann_window(config.fft_size, at::kDouble)) {
  const double low = hz_to_mel(config.min_hz);
  const double high = hz_to_mel(config.max_hz);
  std::vector<double> edges;
  edges.reserve(static_cast<std::size_t>(config.num_mels) + 2);
  for (std::int64_t i = 0; i < config.num_mels + 2; ++i)
    edges.push_back(mel_to_hz(low + (high - low) * static_cast<double>(i) / static_cast<double>(config.num_mels + 1)));
  const double bin_hz = static_cast<double>(config.sample_rate_hz) / static_cast<double>(config.fft_size);
  for (std::size_t m = 0; m + 2 < edges.size(); ++m) {
    const double area = 2.0 / (edges[m + 2] - edges[m]);
    Band band;
    for (std::int64_t bin = 0; bin <= config.fft_size / 2; ++bin) {
      const double hz = static_cast<double>(bin) * bin_hz;
      const double rise = (hz - edges[m]) / (edges[m + 1] - edges[m]);
      const double fall = (edges[m + 2] - hz) / (edges[m + 2] - edges[m + 1]);
      const double weight = std::max(0.0, std::min(rise, fall)) * area;
      if (weight == 0.0)
        continue;
      if (band.weights.empty())
        band.first_bin = bin;
      band.weights.push_back(weight);
    }
    bands_.push_back(std::move(band));
  }
}

// Four sums at once: one alone waits for each addition.
double MelSpectrogram::power_of(const Band& band, const double* power) {
  std::array<double, 4> sums{};
  const std::size_t count = band.weights.size();
  const double* const bins = power + band.first_bin;
  std::size_t i = 0;
  for (; i + sums.size() <= count; i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane)
      sums[lane] += band.weights[i + lane] * bins[i + lane];
  }
  for (; i < count; ++i)
    sums[0] += band.weights[i] * bins[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Piece by piece in small buffers: fresh memory for the whole spectrum costs more than the transform.
void MelSpectrogram::describe(const float* samples, float* decibels, std::int64_t num_frames) const {
  const std::int64_t num_bins = config_.fft_size / 2 + 1;
  const auto piece = at::empty({kFramesPerPiece, config_.fft_size}, at::kDouble);
  auto spectrum = at::empty({kFramesPerPiece, num_bins}, at::kComplexDouble);
  const auto bands = at::empty({kFramesPerPiece, config_.num_mels}, at::kDouble);
  std::vector<double> power(static_cast<std::size_t>(num_bins));
  const double* window = window_.const_data_ptr<double>();
  for (std::int64_t first = 0; first < num_frames; first += kFramesPerPiece) {
    const std::int64_t count = std::min(kFramesPerPiece, num_frames - first);
    double* out = piece.data_ptr<double>();
    for (std::int64_t frame = 0; frame < count; ++frame) {
      const float* in = samples + (first + frame) * config_.hop_samples;
      for (std::int64_t i = 0; i < config_.fft_size; ++i)
        *out++ = window[i] * in[i];
    }
    at::_fft_r2c_out(spectrum, piece, {1}, 0, true);
    const auto* bins = spectrum.const_data_ptr<c10::complex<double>>();
    double* band_power = bands.data_ptr<double>();
    for (std::int64_t frame = 0; frame < count; ++frame) {
      for (double& value : power) {
        value = bins->real() * bins->real() + bins->imag() * bins->imag();
        ++bins;
      }
      for (const Band& band : bands_)
        *band_power++ = std::max(kFloorPower, power_of(band, power.data()));
    }
    const auto logarithms = bands.narrow(0, 0, count).log10_();
    const double* logarithm = logarithms.const_data_ptr<double>();
    float* decibel = decibels + first * config_.num_mels;
    for (std::int64_t i = 0; i < logarithms.numel(); ++i)
      decibel[i] = static_cast<float>(10.0 * logarithm[i]);
  }
}

at::Tensor MelSpectrogram::operator()(const at::Tensor& waves) const {
  const std::int64_t half = config_.fft_size / 2;
  const auto padded = mirrored(waves, half);
  const std::int64_t num_frames = waves.size(1) / config_.hop_samples + 1;
  const auto decibels = at::empty({waves.size(0), num_frames, config_.num_mels}, at::kFloat);
  const float* samples = padded.const_data_ptr<float>();
  float* out = decibels.data_ptr<float>();
  for (std::int64_t wave = 0; wave < waves.size(0); ++wave) {
    at::parallel_for(0, num_frames, 8 * kFramesPerPiece, [&](std::int64_t begin, std::int64_t end) {
      const c10::InferenceMode inference;  // of this thread
      describe(samples + wave * padded.size(1) + begin * config_.hop_samples,
               out + (wave * num_frames + begin) * config_.num_mels, end - begin);
    });
  }
  return decibels;
}

}  // namespace mess::internal
