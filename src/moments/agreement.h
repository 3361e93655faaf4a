// SPDX-License-Identifier: MIT
// Whether two passages change alike over time.
#pragma once

#include <span>

#include "src/moments/warping.h"

namespace mess::internal {

/// Alignment::agreement over rows that lie on each other; 0 of fewer than two.
float agreement(const ScaledRows& query, const ScaledRows& track, std::span<const RowPair> pairs);

}  // namespace mess::internal
