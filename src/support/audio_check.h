// SPDX-License-Identifier: MIT
#pragma once

#include "mess/audio.h"

namespace mess::internal {

/// What every entry that takes the caller's samples promises to those behind it.
/// @throws InvalidArgument  no sample, not a multiple of the channels, or samples that are NaN, infinite or beyond 1e6
void check_audio_view(const AudioView& audio, const char* stage);

}  // namespace mess::internal
