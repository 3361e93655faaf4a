// SPDX-License-Identifier: MIT
#include <c10/core/InferenceMode.h>

#include "mess/clap.h"
#include "mess/error.h"
#include "src/neural/guarded.h"
#include "src/neural/models/mel_spectrogram.h"

namespace mess {

MelDecibels clap_spectrogram(std::span<const float> samples) {
  const internal::MelSpectrogramConfig config;
  const auto least = static_cast<std::size_t>(config.fft_size / 2 + 1);
  if (samples.size() < least) {
    throw InvalidArgument("[neural] samples: expected at least " + std::to_string(least) + ", found " +
                          std::to_string(samples.size()));
  }
  return internal::guarded("spectrogram", [&] {
    const c10::InferenceMode inference;
    static const internal::MelSpectrogram spectrogram{internal::MelSpectrogramConfig{}};
    const auto wave = at::empty({1, static_cast<std::int64_t>(samples.size())}, at::kFloat);
    std::copy(samples.begin(), samples.end(), wave.data_ptr<float>());
    const auto decibels = spectrogram(wave);
    const float* values = decibels.const_data_ptr<float>();
    return MelDecibels{.values = {values, values + decibels.numel()},
                       .num_frames = static_cast<std::size_t>(decibels.size(1)),
                       .num_mels = static_cast<std::size_t>(decibels.size(2))};
  });
}

}  // namespace mess
