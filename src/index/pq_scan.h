// SPDX-License-Identifier: MIT
// Scores of quantised rows from tables of partial products, with bounds: asymmetric distances (Jegou et al., 2011).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/index/pq_codec.h"
#include "src/index/sketch.h"

namespace mess::internal {

/// One query against rows of one store; builds the tables once.
class PqScan {
 public:
  PqScan(const RowStore& rows, const QuerySketch& query);

  /// Calls visit(row, upper, lower) with bounds of the score of each row taken, some rows later; finish() does the rest.
  template <typename Visit>
  void take(std::uint32_t row, const Visit& visit) {
    numbers_[count_++] = row;
    if (count_ == kRowsAtOnce)
      finish(visit);
  }
  template <typename Visit>
  void finish(const Visit& visit) {
    score();
    for (std::size_t i = 0; i < count_; ++i)
      visit(numbers_[i], scores_[i] + slack_, scores_[i] - slack_);
    count_ = 0;
  }

 private:
  static constexpr std::size_t kRowsAtOnce = 256;

  void score();
  float list_product(std::size_t list);

  const RowStore& rows_;
  const QuerySketch& query_;
  std::vector<float> tables_;
  std::vector<float> list_products_;  // NaN where not yet computed
  bool is_l2_;
  float squared_length_;
  float slack_;
  std::array<std::uint32_t, kRowsAtOnce> numbers_;
  std::array<float, kRowsAtOnce> scores_;
  std::size_t count_ = 0;
};

}  // namespace mess::internal
