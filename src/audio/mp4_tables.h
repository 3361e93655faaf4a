// SPDX-License-Identifier: MIT
#pragma once

#include "src/audio/byte_input.h"

namespace mess::internal {

/// Refuses an MP4 file whose tables claim more samples than the file could hold: libav would give each one 24 bytes of memory
/// before it reads any, so that a few hundred bytes could cost gigabytes.
/// @throws DecodeError
void check_mp4_tables(const ByteInput& input, std::int64_t begin, std::int64_t end);

}  // namespace mess::internal
