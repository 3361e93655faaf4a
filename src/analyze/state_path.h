// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mess::internal {

/// The path through states on a line, one for each moment, with the largest sum of scores less a penalty for every state
/// moved (Viterbi).
class StatePath {
 public:
  /// @param num_states    1 to 127
  /// @param largest_step  states that one moment may differ from the one before
  StatePath(std::size_t num_states, std::size_t largest_step, float step_penalty);

  /// @param scores  of the next moment's states; empty when nothing speaks for any
  void add(std::span<const float> scores);
  /// One state for each add().
  std::vector<std::size_t> finish() const;

 private:
  std::size_t largest_step_;
  float step_penalty_;
  std::vector<float> best_;              // sum of the best path that ends in each state
  std::vector<float> next_;              // the same one moment later
  std::vector<std::uint8_t> came_from_;  // best_.size() per moment
};

}  // namespace mess::internal
