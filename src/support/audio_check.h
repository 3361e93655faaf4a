// SPDX-License-Identifier: MIT
#pragma once

#include "mess/audio.h"

namespace mess::internal {

/// Far beyond full scale: squares and sums of larger samples would overflow, so they count as infinite.
inline constexpr float kLargestSample = 1e6f;

/// What every entry that takes the caller's samples promises to those behind it.
/// @throws InvalidArgument  no sample, not a multiple of the channels, or samples that are NaN, infinite or beyond 1e6
void check_audio_view(const AudioView& audio, const char* stage);

}  // namespace mess::internal
