// SPDX-License-Identifier: MIT
// Subsequence dynamic time warping: a passage played at half to twice the tempo.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "src/moments/scaled_rows.h"

namespace mess::internal {

/// A row of the passage on a row of the track.
using RowPair = std::pair<std::size_t, std::size_t>;

struct WarpedPath {
  std::vector<RowPair> pairs;  // from the passage's first row to its last
  float score = 0.0f;          // 1 less the mean cost
};

/// The cheapest paths, best first, whose ends lie at least `separation` rows of the track apart; each takes the whole
/// passage. None when the track is shorter than half the passage. Memory: query.size() x track.size() floats.
std::vector<WarpedPath> warped_paths(const ScaledRows& query, const ScaledRows& track, std::size_t max_paths,
                                     std::size_t separation);

}  // namespace mess::internal
