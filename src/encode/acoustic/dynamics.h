// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mess::internal::acoustic {

/// How the level of a track moves, whatever the level is. Memory is bounded by a histogram.
class Dynamics {
 public:
  static constexpr std::size_t kNumValues = 8;

  Dynamics();
  /// @param mean_square  of a sounding block, > 0
  void add(double mean_square);
  std::size_t count() const { return count_; }
  /// Of the levels in dB: percentiles 5, 10, 25, 75, 90 and 95 less the median, mean absolute step, deviation. Needs
  /// count() > 0.
  std::vector<float> values() const;
  /// Mean of the mean squares.
  double mean_square() const { return mean_square_sum_ / static_cast<double>(count_); }

 private:
  double percentile(double share) const;

  std::vector<std::uint32_t> histogram_;
  std::size_t count_ = 0;
  double mean_square_sum_ = 0.0;
  double last_db_ = 0.0;
  double sum_ = 0.0;
  double sum_of_squares_ = 0.0;
  double sum_of_steps_ = 0.0;
};

}  // namespace mess::internal::acoustic
