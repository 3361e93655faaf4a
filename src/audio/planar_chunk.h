// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mess/audio.h"

namespace mess::internal {

/// A piece of audio on its way through the stage: samples[channel * num_frames + frame].
struct PlanarChunk {
  std::vector<float> samples{};
  std::size_t num_frames = 0;
  AudioFormat format;
  std::uint64_t speaker_mask = 0;  // libav's AV_CH_* bits, in channel order; 0 when the file does not say

  const float* channel(int c) const { return samples.data() + static_cast<std::size_t>(c) * num_frames; }
  float* channel(int c) { return samples.data() + static_cast<std::size_t>(c) * num_frames; }

  void resize(std::size_t frames, int num_channels) {
    num_frames = frames;
    format.num_channels = num_channels;
    samples.resize(frames * static_cast<std::size_t>(num_channels));
  }
};

/// Keeps the frames from `begin` to `end`.
void keep_frames(PlanarChunk& chunk, std::size_t begin, std::size_t end);

}  // namespace mess::internal
