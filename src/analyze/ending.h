// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mess/analyze.h"

namespace mess::internal {

/// Where a fade-out begins: the level falls steadily for at least five seconds, by 15 dB or more, to the end of the sound. A
/// last chord that rings is shorter. None for a cold end.
/// @param step_powers  mean powers of 100 ms steps
std::optional<double> fade_out_start(std::span<const float> step_powers, const SoundingRange& sounding);

/// RMS in dBFS of each second, -100 at the least; the last one may be shorter.
std::vector<float> energy_per_second(std::span<const float> step_powers);

}  // namespace mess::internal
