// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "src/playlist/problem.h"

namespace mess::internal {

constexpr std::size_t kMaxExactTracks = 12;

/// The cheapest order of all. Dynamic programming over subsets (Held and Karp, 1962) that knows the last two tracks gives
/// the least cost from any state on, exact for gaps up to 2 and a lower bound beyond, where a depth-first search uses it.
/// @return none when that search would take too long: rules that cannot be kept, with wide gaps
std::optional<Order> find_best_order(const Problem& problem);

}  // namespace mess::internal
