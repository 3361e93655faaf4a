// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "src/analyze/chroma.h"
#include "src/analyze/onset_strength.h"

namespace mess::internal {

constexpr std::size_t kNumPhaseFeatures = 15;

/// What tells beats from the middles between them, each value changing its sign when the two change places. For each range
/// of pitch: how much stronger the onsets on beats are; how much more sounds in the half before a beat than after it; and
/// how much more often the middle leads to the next beat than answers the last one (a pickup). Then how much more the
/// harmony changes on beats, over one beat and over two: all changes, their squares, and the mean of the largest quarter.
/// @param clock_seconds  the beats on the clock of the onset curves
/// @param track_seconds  the same beats on the track's own, which is the chroma's
std::array<double, kNumPhaseFeatures> beat_phase_features(const OnsetCurves& onsets, const ChromaCurves& chroma,
                                                          const std::vector<double>& clock_seconds,
                                                          const std::vector<double>& track_seconds);

/// Whether the true beats are more likely the middles between these.
bool is_off_beat(const OnsetCurves& onsets, const ChromaCurves& chroma, const std::vector<double>& clock_seconds,
                 const std::vector<double>& track_seconds);

}  // namespace mess::internal
