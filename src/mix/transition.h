// SPDX-License-Identifier: MIT
#pragma once

#include "mess/mix.h"

namespace mess::internal {

/// How `to` follows `from`.
/// @param earliest_out_seconds  of `from`: before it the track is still coming in
Transition plan_transition(const MixTrack& from, const MixTrack& to, const MixOptions& options,
                           double earliest_out_seconds);

/// Seconds of the file that a beat-matched entry uses before the track is back at its own tempo.
double stretched_source_seconds(const Transition& entry);

}  // namespace mess::internal
