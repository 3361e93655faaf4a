// SPDX-License-Identifier: MIT
#include "src/audio/planar_store.h"

#include <algorithm>

#include "src/audio/decode_error.h"

namespace mess::internal {

PlanarStore::PlanarStore(std::string name, int num_channels, std::size_t expected_frames, std::size_t max_bytes)
    : name_(std::move(name)),
      num_channels_(static_cast<std::size_t>(num_channels)),
      max_frames_(max_bytes / sizeof(float) / num_channels_) {
  grow(std::min(expected_frames, max_frames_));
}

void PlanarStore::append(const PlanarChunk& chunk) {
  if (chunk.num_frames > max_frames_ - num_frames_) {
    throw decode_error(name_,
                       "at most " + std::to_string(max_frames_ * num_channels_ * sizeof(float)) +
                           " bytes of samples (max_buffer_bytes)",
                       "more; a range or AudioStream takes less at once");
  }
  const std::size_t needed = num_frames_ + chunk.num_frames;
  if (needed > room_frames_)
    grow(std::min(max_frames_, std::max(needed, room_frames_ + room_frames_ / 2)));
  for (std::size_t c = 0; c < num_channels_; ++c) {
    std::copy_n(chunk.channel(static_cast<int>(c)), chunk.num_frames, samples_.data() + c * room_frames_ + num_frames_);
  }
  num_frames_ = needed;
}

void PlanarStore::grow(std::size_t num_frames) {
  samples_.resize(num_frames * num_channels_);
  for (std::size_t c = num_channels_; c-- > 1;) {
    const float* from = samples_.data() + c * room_frames_;
    std::copy_backward(from, from + num_frames_, samples_.data() + c * num_frames + num_frames_);
  }
  room_frames_ = num_frames;
}

std::vector<float> PlanarStore::take() {
  for (std::size_t c = 1; c < num_channels_; ++c) {
    const float* from = samples_.data() + c * room_frames_;
    std::copy(from, from + num_frames_, samples_.data() + c * num_frames_);
  }
  samples_.resize(num_frames_ * num_channels_);
  // A claim far beyond the truth must not keep its memory.
  if (samples_.capacity() / 2 > samples_.size())
    samples_.shrink_to_fit();
  return std::move(samples_);
}

}  // namespace mess::internal
