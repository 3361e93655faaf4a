// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <vector>

#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// Whether beats fell between the true ones (beat_phase.h).
using OffBeatJudge = std::function<bool(const std::vector<double>& beats_seconds)>;

/// Beats that follow the onsets at about `bpm`, by dynamic programming (Ellis, "Beat tracking by dynamic programming",
/// JNMR 2007) with a period that may drift by a quarter over the track. What the judge calls off the beat is searched
/// again between those moments.
/// @return moments in seconds, ascending, from the first onset to the last
std::vector<double> track_beats(const OnsetCurves& curves, double bpm, const OffBeatJudge& is_off_beat);

/// Mean tempo of beats: median over all spans of half the track, so that a slip does not matter.
double mean_bpm(const std::vector<double>& beats_seconds);

}  // namespace mess::internal
