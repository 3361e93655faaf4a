// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace mess::internal {

/// Keeps the true peak (ITU-R BS.1770-4, annex 2) below a ceiling: it looks 5 ms ahead, so that its gain, one for all
/// channels, is down before the peak comes, and rises again within about 0.2 s. Below the ceiling nothing changes.
class Limiter {
 public:
  Limiter(double ceiling_dbtp, int sample_rate_hz, int num_channels);

  /// Takes frames, channel after channel, and appends those that are ready to each channel of `out`.
  void push(std::span<const float> frames, std::vector<std::vector<float>>& out);
  /// What is still inside.
  void finish(std::vector<std::vector<float>>& out);

 private:
  static constexpr std::size_t kTaps = 12;

  float peak_around(std::size_t frame) const;
  float gain_for(float peak);

  float ceiling_;
  float release_;                         // share of the way back to 1 per frame
  std::size_t lookahead_;                 // frames over which the gain falls
  std::size_t delay_;                     // frames from in to out
  std::vector<std::vector<float>> held_;  // of each channel: what was taken and not given yet, behind kTaps before it
  std::size_t num_taken_ = 0;
  std::deque<std::pair<std::size_t, float>> lowest_;  // candidates for the lowest gain of the window, ascending
  std::vector<float> falling_;                        // the last `lookahead_` gains, in a circle
  double falling_sum_;
  float gain_ = 1.0f;
};

}  // namespace mess::internal
