// SPDX-License-Identifier: MIT
// What CLAP hears: its log-mel spectrogram. Declared here, defined in libmess_neural: link mess::neural to call it.
#pragma once

#include <cstddef>
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

}  // namespace mess
