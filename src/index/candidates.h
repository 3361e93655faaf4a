// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "src/index/row_store.h"

namespace mess::internal {

struct ScoredRow {
  double score;
  std::int64_t id;
  std::uint32_t row;

  /// Better first; equal scores in the order of ids.
  bool operator<(const ScoredRow& other) const {
    return score > other.score || (score == other.score && id < other.id);
  }
};

/// The rows that may be among the best `k` of one query, as far as their bounds tell. Once k lower bounds are known, a
/// row whose upper bound is below the k-th of them is out.
class Candidates {
 public:
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  /// @param k          kAll keeps every row at or above `min_score`
  explicit Candidates(std::size_t k, float min_score = -std::numeric_limits<float>::infinity())
      : k_(k), threshold_(min_score) {}

  /// Rows with a smaller upper bound need not be offered.
  float threshold() const { return threshold_; }
  void offer(std::uint32_t row, float upper, float lower);
  void merge(const Candidates& other);
  /// The best k by their scores in full precision, best first.
  std::vector<ScoredRow> finish(const RowStore& rows, const QuerySketch& query, double min_score);

 private:
  struct Entry {
    float upper;
    std::uint32_t row;
  };

  void prune();

  std::size_t k_;
  float threshold_;
  std::size_t prune_at_ = 4096;
  std::vector<float> lowers_;  // a heap with the smallest of the k largest on top
  std::vector<Entry> entries_;
};

}  // namespace mess::internal
