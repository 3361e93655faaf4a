// SPDX-License-Identifier: MIT
// Tags that were glued to the outside of a file: ID3v2 before the audio; ID3v1, APEv2, Lyrics3 and ID3v2 behind it.
#pragma once

#include <cstdint>

#include "src/audio/byte_input.h"

namespace mess::internal {

/// Offset of the first byte behind all leading ID3v2 tags; may lie beyond the end of a file that was cut.
std::int64_t end_of_leading_tags(const ByteInput& input);
/// Offset of the first byte of the tags at the end; never before `begin`.
std::int64_t begin_of_trailing_tags(const ByteInput& input, std::int64_t begin);

}  // namespace mess::internal
