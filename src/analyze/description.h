// SPDX-License-Identifier: MIT
#pragma once

#include "mess/analyze.h"

namespace mess::internal {

/// Adds regularity, words and mood to an analysis that has all else. Loudness has its own words and touches no other.
void describe(Analysis& analysis);

}  // namespace mess::internal
