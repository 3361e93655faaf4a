// SPDX-License-Identifier: MIT
// Mutual proximity (Schnitzer, Flexer, Schedl and Widmer, 2012): a score becomes the probability that it is large for
// the query and large for the other, with the scores of each taken as Gaussian. A hub, which is similar to everything,
// then no longer is near everything.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/index/candidates.h"
#include "src/index/row_store.h"

namespace mess::internal {

struct ScoreSpread {
  float mean;
  float deviation;
};

class HubnessModel {
 public:
  /// @param sample  vectors that all others are compared with, row-major
  HubnessModel(std::size_t dim, Metric metric, std::span<const float> sample);
  /// Spreads from a file, for rows in order.
  HubnessModel(std::size_t dim, Metric metric, std::span<const float> sample, std::span<const ScoreSpread> spreads);

  /// Spreads of the rows that have none yet.
  void learn(const RowStore& rows, std::size_t num_threads);
  void swap_remove(std::size_t row);
  /// All spreads, for rows that changed.
  void forget() { spreads_.clear(); }
  /// Drops the spreads of dead rows.
  void keep_live(const RowStore& rows);

  /// How many candidates to look at for k results.
  std::size_t pool_size(std::size_t k) const;
  /// The best k by mutual proximity, which becomes the score.
  void rerank(const QuerySketch& query, std::size_t k, std::vector<ScoredRow>& found) const;

  std::span<const float> sample() const { return sample_values_; }
  std::span<const ScoreSpread> spreads() const { return spreads_; }

 private:
  ScoreSpread spread_of(const QuerySketch& query) const;

  std::vector<float> sample_values_;
  RowStore sample_;
  std::vector<ScoreSpread> spreads_;
};

/// rows.num_live() / num_queries may differ: see HubnessReport.
struct OccurrenceStatistics {
  double skewness;
  double anti_share;
  std::size_t largest;
};
OccurrenceStatistics occurrence_statistics(std::span<const std::size_t> counts);

}  // namespace mess::internal
