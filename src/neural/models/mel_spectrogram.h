// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace mess::internal {

struct MelSpectrogramConfig {
  std::int64_t sample_rate_hz = 48000;
  std::int64_t fft_size = 1024;
  std::int64_t hop_samples = 480;
  std::int64_t num_mels = 64;
  double min_hz = 50.0;
  double max_hz = 14000.0;
};

/// Power spectrogram on the mel scale, in decibels, as CLAP was trained: Slaney's scale and area normalisation (Slaney
/// 1998, "Auditory toolbox"), periodic Hann window, frames centred with mirrored ends. In float64: a tone next to silence
/// spans more decibels than float32 has digits.
class MelSpectrogram {
 public:
  explicit MelSpectrogram(const MelSpectrogramConfig& config);

  /// @param waves  clips x samples, float32, on the CPU; at least fft_size samples
  /// @return clips x frames x mels, float32 dB; frames = samples / hop + 1; -100 dB is the floor
  at::Tensor operator()(const at::Tensor& waves) const;

 private:
  struct Band {
    std::int64_t first_bin = 0;
    std::vector<double> weights;
  };

  static double power_of(const Band& band, const double* power);
  void describe(const float* samples, float* decibels, std::int64_t num_frames) const;

  MelSpectrogramConfig config_;
  at::Tensor window_;
  std::vector<Band> bands_;
};

}  // namespace mess::internal
