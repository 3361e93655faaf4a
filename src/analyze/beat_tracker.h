// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// Beats that follow the onsets at about `bpm`, by dynamic programming (Ellis, "Beat tracking by dynamic programming",
/// JNMR 2007) with a period that may drift by a quarter over the track.
/// @return moments in seconds, ascending, from the first onset to the last
std::vector<double> track_beats(const OnsetCurves& curves, double bpm);

/// The same without the correction of beats that fell between the true ones (beat_phase.h): what that rule is fitted on.
std::vector<double> track_raw_beats(const OnsetCurves& curves, double bpm);

/// Mean tempo of beats: median over all spans of half the track, so that a slip does not matter.
double mean_bpm(const std::vector<double>& beats_seconds);

}  // namespace mess::internal
