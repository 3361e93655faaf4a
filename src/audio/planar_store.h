// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// Gathers chunks into one planar array without knowing their number: each channel has room at its end, and the gaps
/// are closed when all has come.
class PlanarStore {
 public:
  /// @param expected_frames  room to begin with; a right guess means that nothing is copied twice
  PlanarStore(std::string name, int num_channels, std::size_t expected_frames, std::size_t max_bytes);

  /// @throws DecodeError  more than max_bytes of samples
  void append(const PlanarChunk& chunk);
  std::vector<float> take();

 private:
  void grow(std::size_t num_frames);

  std::string name_;
  std::size_t num_channels_;
  std::size_t max_frames_;
  std::size_t num_frames_ = 0;
  std::size_t room_frames_ = 0;  // distance between channels in samples_
  std::vector<float> samples_;
};

}  // namespace mess::internal
