// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// Gathers chunks into one planar array without knowing their number. Room that is reserved on a header's word is never
/// touched before samples come, so a lie costs address space and no memory.
class PlanarStore {
 public:
  /// @param expected_frames  room to begin with; a right guess means that no channel moves as it grows
  PlanarStore(std::string name, int num_channels, std::size_t expected_frames, std::size_t max_bytes);

  /// @throws DecodeError  more than max_bytes of samples
  void append(const PlanarChunk& chunk);
  std::vector<float> take();

 private:
  std::string name_;
  std::size_t max_frames_;
  std::vector<std::vector<float>> channels_;
};

}  // namespace mess::internal
