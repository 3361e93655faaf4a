// SPDX-License-Identifier: MIT
// What CLAP hears: its log-mel spectrogram. Declared here, defined in libmess_neural: link mess::neural to call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mess/export.h"

namespace mess {

/// num_frames x num_mels decibels, row-major.
struct MelDecibels {
  std::vector<float> values;
  std::size_t num_frames = 0;
  std::size_t num_mels = 0;
};

/// Mono samples at 48 kHz to 64 mel bins between 50 Hz and 14 kHz (Slaney's scale), a frame every 10 ms, floor -100 dB.
/// @throws InvalidArgument  fewer than 513 samples: the ends are mirrored
MESS_API MelDecibels clap_spectrogram(std::span<const float> samples);

/// 10 s at 48 kHz, what the model hears at once.
constexpr std::size_t kClapCropSamples = 480'000;

/// Where the random crop of a longer clip begins: the sample that transformers' ClapFeatureExtractor takes first after
/// numpy.random.seed(seed). Encoders take fixed windows and their mean instead; this serves to repeat published figures.
/// @return 0 where there is nothing to cut @throws InvalidArgument  2^32 samples or more
MESS_API std::size_t clap_random_crop(std::size_t num_samples, std::uint32_t seed);

}  // namespace mess
