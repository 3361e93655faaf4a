// SPDX-License-Identifier: MIT
#pragma once

#include "src/playlist/problem.h"

namespace mess::internal {

/// From the first track (without one: from the one whose place costs least) to the cheapest that is left, again and again.
/// Ties go to the smaller id. Gaps are kept while others are left; shorter than asked for where limits leave nothing.
Order greedy_order(const Problem& problem);

/// The same from one track to the next alone, over the tracks of `order`, which keeps its ends where they are fixed.
Order greedy_neighbours(const Problem& problem, const Order& order);

}  // namespace mess::internal
