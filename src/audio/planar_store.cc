// SPDX-License-Identifier: MIT
#include "src/audio/planar_store.h"

#include <algorithm>

#include "src/audio/decode_error.h"

namespace mess::internal {

PlanarStore::PlanarStore(std::string name, int num_channels, std::size_t expected_frames, std::size_t max_bytes)
    : name_(std::move(name)),
      max_frames_(max_bytes / sizeof(float) / static_cast<std::size_t>(num_channels)),
      channels_(static_cast<std::size_t>(num_channels)) {
  for (std::vector<float>& channel : channels_)
    channel.reserve(std::min(expected_frames, max_frames_));
}

void PlanarStore::append(const PlanarChunk& chunk) {
  if (chunk.num_frames > max_frames_ - channels_.front().size()) {
    throw decode_error(name_,
                       "at most " + std::to_string(max_frames_ * channels_.size() * sizeof(float)) +
                           " bytes of samples (max_buffer_bytes)",
                       "more; a range or AudioStream takes less at once");
  }
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    const float* from = chunk.channel(static_cast<int>(c));
    channels_[c].insert(channels_[c].end(), from, from + chunk.num_frames);
  }
}

std::vector<float> PlanarStore::take() {
  std::vector<float> samples = std::move(channels_.front());
  samples.reserve(samples.size() * channels_.size());
  for (std::size_t c = 1; c < channels_.size(); ++c) {
    samples.insert(samples.end(), channels_[c].begin(), channels_[c].end());
    channels_[c] = {};
  }
  // A claim far beyond the truth must not keep its room.
  if (samples.capacity() / 2 > samples.size())
    samples.shrink_to_fit();
  return samples;
}

}  // namespace mess::internal
