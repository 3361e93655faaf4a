// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

#include "src/playlist/problem.h"

namespace mess::internal {

/// How long a search may go on, counted in moves that it tries.
class SearchBudget {
 public:
  /// @param time_limit_seconds  0: none
  SearchBudget(std::size_t max_iterations, double time_limit_seconds);

  /// Counts one move; false when there is none left.
  bool take();
  std::size_t num_taken() const { return num_taken_; }
  bool stopped_by_time() const { return stopped_by_time_; }

 private:
  std::size_t max_iterations_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t num_taken_ = 0;
  bool stopped_by_time_ = false;
};

/// Improves `start` until the budget is used up: rounds of simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over
/// 2-opt, Or-opt, swaps and exchanges, each followed by a descent. What is tried follows from `start` and `seed` alone, so
/// that a search which was stopped is the beginning of one which was not.
/// @return the best order met, `start` if none was better
Order improve_order(const Problem& problem, const Order& start, std::uint64_t seed, SearchBudget& budget);

}  // namespace mess::internal
