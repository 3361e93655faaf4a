// SPDX-License-Identifier: MIT
// Exact search: every row's sketch gives bounds of its score, and the rows that may be among the best are scored in
// full precision. The result is that of scoring every row, whatever the instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/index/candidates.h"
#include "src/index/row_store.h"

namespace mess::internal {

/// Which rows a search may return: those alive, further restricted when `bits` is given.
struct AllowedRows {
  const RowBits* bits = nullptr;
  std::size_t count = 0;  // rows that are allowed and alive

  bool accept(const RowStore& rows, std::size_t r) const {
    return !rows.is_dead(r) && (bits == nullptr || bits->test(r));
  }
};

/// On the caller's thread. @returns min(k, allowed.count) rows, best first
std::vector<ScoredRow> search_exact(const RowStore& rows, const QuerySketch& query, std::size_t k,
                                    const AllowedRows& allowed);

/// All rows with at least `min_score`, best first.
std::vector<ScoredRow> search_range(const RowStore& rows, const QuerySketch& query, double min_score,
                                    const AllowedRows& allowed);

/// Calls visit(row, upper, lower) with bounds of the score of every allowed row.
void visit_bounds(const RowStore& rows, const QuerySketch& query, const AllowedRows& allowed,
                  const std::function<void(std::uint32_t, float, float)>& visit);

/// Many queries at once on up to `num_threads` threads; the same results as one by one.
std::vector<std::vector<ScoredRow>> search_exact_batch(const RowStore& rows, std::span<const QuerySketch> queries,
                                                       std::size_t k, const AllowedRows& allowed,
                                                       std::size_t num_threads);

}  // namespace mess::internal
