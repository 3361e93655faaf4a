// SPDX-License-Identifier: MIT
#include "src/analyze/state_path.h"

#include <algorithm>

namespace mess::internal {

StatePath::StatePath(std::size_t num_states, std::size_t largest_step, float step_penalty)
    : largest_step_(largest_step), step_penalty_(step_penalty), best_(num_states, 0.0f), next_(num_states) {}

void StatePath::add(std::span<const float> scores) {
  for (std::size_t to = 0; to < best_.size(); ++to) {
    const std::size_t first = to > largest_step_ ? to - largest_step_ : 0;
    const std::size_t last = std::min(best_.size() - 1, to + largest_step_);
    std::size_t best_from = to;
    float best_value = best_[to];
    for (std::size_t from = first; from <= last; ++from) {
      const std::size_t step = from > to ? from - to : to - from;
      const float value = best_[from] - step_penalty_ * static_cast<float>(step);
      if (value > best_value) {
        best_value = value;
        best_from = from;
      }
    }
    next_[to] = best_value + (scores.empty() ? 0.0f : scores[to]);
    came_from_.push_back(static_cast<std::uint8_t>(best_from));
  }
  std::swap(best_, next_);
}

std::vector<std::size_t> StatePath::finish() const {
  std::vector<std::size_t> path(came_from_.size() / best_.size());
  auto state = static_cast<std::size_t>(std::max_element(best_.begin(), best_.end()) - best_.begin());
  for (std::size_t moment = path.size(); moment-- > 0;) {
    path[moment] = state;
    state = came_from_[moment * best_.size() + state];
  }
  return path;
}

}  // namespace mess::internal
