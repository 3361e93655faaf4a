// SPDX-License-Identifier: MIT
#pragma once

#include "src/audio/demuxer.h"

namespace mess::internal {

/// The length the file states, where libav hides that the file is shorter than its header says (it cuts a WAV's claim
/// to the size of the file); 0 when it states none.
double stated_duration_seconds(const Demuxer& demuxer);
/// False when an Ogg file breaks off: its last page does not end a stream. True for every other container.
bool has_last_page(const Demuxer& demuxer);

}  // namespace mess::internal
