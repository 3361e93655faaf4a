// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "mess/audio.h"
#include "src/audio/demuxer.h"

namespace mess::internal {

/// "12.3 s"
std::string seconds_text(double seconds);

/// One sentence for each thing in `summary` that a listener would want to know.
/// @param end_seconds  where the file's audio ended; negative when decoding stopped before that
std::vector<std::string> decode_warnings(const Demuxer& demuxer, const DecodeSummary& summary, double end_seconds);

}  // namespace mess::internal
