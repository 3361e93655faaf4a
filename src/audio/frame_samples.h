// SPDX-License-Identifier: MIT
#pragma once

#include "src/audio/ffmpeg_handles.h"
#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// Copies a decoded frame, of any sample type and interleaving, into `chunk` as float with full scale at 1; false for a
/// sample type we do not know.
bool copy_samples(const AVFrame& frame, PlanarChunk& chunk);

}  // namespace mess::internal
