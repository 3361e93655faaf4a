// SPDX-License-Identifier: MIT
#include "src/audio/planar_chunk.h"

#include <algorithm>

namespace mess::internal {

void keep_frames(PlanarChunk& chunk, std::size_t begin, std::size_t end) {
  if (begin == 0 && end == chunk.num_frames)
    return;
  const std::size_t kept = end - begin;
  for (int c = 0; c < chunk.format.num_channels; ++c) {
    const float* from = chunk.channel(c) + begin;
    std::copy(from, from + kept, chunk.samples.data() + static_cast<std::size_t>(c) * kept);
  }
  chunk.resize(kept, chunk.format.num_channels);
}

}  // namespace mess::internal
