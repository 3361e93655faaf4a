// SPDX-License-Identifier: MIT
#include "src/index/candidates.h"

#include <algorithm>
#include <functional>

namespace mess::internal {

void Candidates::offer(std::uint32_t row, float upper, float lower) {
  entries_.push_back({upper, row});
  if (k_ == kAll)
    return;
  if (lowers_.size() < k_) {
    lowers_.push_back(lower);
    std::push_heap(lowers_.begin(), lowers_.end(), std::greater<>());
  } else if (lower > lowers_.front()) {
    std::pop_heap(lowers_.begin(), lowers_.end(), std::greater<>());
    lowers_.back() = lower;
    std::push_heap(lowers_.begin(), lowers_.end(), std::greater<>());
  }
  if (lowers_.size() == k_)
    threshold_ = std::max(threshold_, lowers_.front());
  if (entries_.size() >= prune_at_)
    prune();
}

void Candidates::prune() {
  std::erase_if(entries_, [this](const Entry& entry) { return entry.upper < threshold_; });
  prune_at_ = std::max<std::size_t>(4096, entries_.size() * 2);
}

void Candidates::merge(const Candidates& other) {
  threshold_ = std::max(threshold_, other.threshold_);
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
}

std::vector<ScoredRow> Candidates::finish(const RowStore& rows, const QuerySketch& query, double min_score) {
  prune();
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.upper > b.upper; });
  std::vector<ScoredRow> best;  // a heap with the worst on top
  constexpr std::size_t kAhead = 4;
  for (std::size_t i = 0; i < std::min(kAhead, entries_.size()); ++i)
    rows.prefetch_precise(entries_[i].row);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    // Strictly: an equal score with a smaller id still goes before.
    if (best.size() == k_ && static_cast<double>(entries_[i].upper) < best.front().score)
      break;
    if (i + kAhead < entries_.size())
      rows.prefetch_precise(entries_[i + kAhead].row);
    const std::uint32_t row = entries_[i].row;
    const ScoredRow scored{rows.score(query, row), rows.id(row), row};
    if (!(scored.score >= min_score))
      continue;
    if (best.size() < k_) {
      best.push_back(scored);
      std::push_heap(best.begin(), best.end());
    } else if (scored < best.front()) {
      std::pop_heap(best.begin(), best.end());
      best.back() = scored;
      std::push_heap(best.begin(), best.end());
    }
  }
  std::sort_heap(best.begin(), best.end());
  return best;
}

}  // namespace mess::internal
