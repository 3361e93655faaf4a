// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "src/analyze/onset_strength.h"

namespace mess::internal {

constexpr std::size_t kNumPhaseFeatures = 9;

/// What tells beats from the middles between them, each value changing its sign when the two change places. For each range
/// of pitch: how much stronger the onsets on beats are; how much more sounds in the half before a beat than after it; and
/// how much more often the middle leads to the next beat than answers the last one (a pickup).
std::array<double, kNumPhaseFeatures> beat_phase_features(const OnsetCurves& curves,
                                                          const std::vector<double>& beats_seconds);

/// Whether the true beats are more likely the middles between these.
bool is_off_beat(const OnsetCurves& curves, const std::vector<double>& beats_seconds);

}  // namespace mess::internal
