// SPDX-License-Identifier: MIT
// Likeness of a passage to a track at each shift of one against the other, at the same tempo.
#pragma once

#include <cstddef>
#include <vector>

#include "src/moments/scaled_rows.h"

namespace mess::internal {

/// Row t of the passage lies on row t + lag of the track.
using Lag = std::ptrdiff_t;

/// The rows that lie on each other at a lag.
struct Overlap {
  std::size_t query_first = 0;
  std::size_t track_first = 0;
  std::size_t size = 0;
};
Overlap overlap_at(Lag lag, std::size_t query_size, std::size_t track_size);

/// Lags at which at least half of the shorter one lies on the other.
struct LagRange {
  Lag first = 0;
  Lag last = 0;  // one past
};
LagRange sensible_lags(std::size_t query_size, std::size_t track_size);

/// Alignment::score at one lag: rows lie one after the other in memory, so that the sum along a diagonal of the
/// similarity matrix is a single inner product. -1 where nothing overlaps.
float diagonal_score(const ScaledRows& query, const ScaledRows& track, Lag lag);
/// Of every lag of a range.
std::vector<float> diagonal_scores(const ScaledRows& query, const ScaledRows& track, LagRange lags);

}  // namespace mess::internal
