// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mess::internal {

/// Which rows a search has seen: a stamp per row, so that the next search need not clear it.
class VisitedRows {
 public:
  void begin(std::size_t num_rows) {
    if (stamps_.size() < num_rows)
      stamps_.resize(num_rows);
    if (++stamp_ == 0) {
      std::fill(stamps_.begin(), stamps_.end(), std::uint16_t{0});
      stamp_ = 1;
    }
  }
  /// Whether this is the first time.
  bool visit(std::uint32_t row) {
    if (stamps_[row] == stamp_)
      return false;
    stamps_[row] = stamp_;
    return true;
  }
  void prefetch(std::uint32_t row) const { __builtin_prefetch(stamps_.data() + row); }

 private:
  std::vector<std::uint16_t> stamps_;
  std::uint16_t stamp_ = 0;
};

}  // namespace mess::internal
