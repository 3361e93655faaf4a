// SPDX-License-Identifier: MIT
#pragma once

#include "mess/analyze.h"
#include "src/analyze/chroma.h"
#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// Adds bars to beats: the bar length of 2 to 7 beats, and its first beat, at which low onsets and changes of harmony come
/// together.
void find_downbeats(Beats& beats, const OnsetCurves& onsets, const ChromaCurves& chroma);

}  // namespace mess::internal
