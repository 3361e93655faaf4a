// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <limits>

#include "src/index/graph.h"

namespace mess::internal {
namespace {

struct Node {
  float score;
  std::uint32_t row;

  bool operator<(const Node& other) const { return score < other.score; }
  bool operator>(const Node& other) const { return score > other.score; }
};

constexpr std::size_t kMaxLinks = 256;  // 128, twice on level 0

}  // namespace

std::unique_ptr<VisitedRows> Graph::borrow_visited(std::size_t num_rows) const {
  std::unique_ptr<VisitedRows> visited;
  {
    const std::lock_guard lock(visited_mutex_);
    if (!visited_.empty()) {
      visited = std::move(visited_.back());
      visited_.pop_back();
    }
  }
  if (!visited)
    visited = std::make_unique<VisitedRows>();
  visited->begin(num_rows);
  return visited;
}

void Graph::give_back(std::unique_ptr<VisitedRows> visited) const {
  const std::lock_guard lock(visited_mutex_);
  visited_.push_back(std::move(visited));
}

class Graph::Traversal {
 public:
  Traversal(const Graph& graph, const RowStore& rows, const QuerySketch& query, VisitedRows& visited)
      : graph_(graph.arrays_), num_links_(graph.num_links_), rows_(rows), query_(query), visited_(visited) {
    count_ = std::min(rows.num_rows(), graph.size());
  }

  // From the entry point down to level 0, always to the best neighbour.
  Node descend() {
    Node best{0.0f, static_cast<std::uint32_t>(graph_.entry_point)};
    fresh_[0] = best.row;
    score(1);
    best.score = scores_[0];
    for (std::int32_t level = graph_.max_level; level > 0; --level) {
      for (bool moved = true; moved;) {
        moved = false;
        const std::size_t found = neighbors(best.row, static_cast<std::size_t>(level), false);
        score(found);
        for (std::size_t i = 0; i < found; ++i) {
          if (scores_[i] > best.score) {
            best = {scores_[i], fresh_[i]};
            moved = true;
          }
        }
      }
    }
    return best;
  }

  // Best first over level 0, keeping the best `ef` rows that are allowed.
  void walk(Node entry, std::size_t ef, const AllowedRows& allowed) {
    open_.assign(1, entry);
    visited_.visit(entry.row);
    keep(entry, ef, allowed);
    while (!open_.empty()) {
      const Node node = open_.front();
      if (kept_.size() == ef && node.score < kept_.front().score)
        break;
      std::pop_heap(open_.begin(), open_.end());
      open_.pop_back();
      const std::size_t found = neighbors(node.row, 0, true);
      score(found);
      for (std::size_t i = 0; i < found; ++i) {
        const Node next{scores_[i], fresh_[i]};
        if (kept_.size() == ef && next.score <= kept_.front().score)
          continue;
        open_.push_back(next);
        std::push_heap(open_.begin(), open_.end());
        keep(next, ef, allowed);
      }
    }
  }

  std::span<const Node> kept() const { return kept_; }
  bool can_start() const {
    return graph_.entry_point >= 0 && static_cast<std::size_t>(graph_.entry_point) < count_ &&
           graph_.offsets.size() > count_;
  }

 private:
  // Links of a row, those in range only: the arrays may come from a file. @returns how many are in fresh_
  std::size_t neighbors(std::uint32_t row, std::size_t level, bool only_new) {
    const std::size_t width = level == 0 ? 2 * num_links_ : num_links_;
    const std::size_t begin = graph_.offsets[row] + (level == 0 ? 0 : (level + 1) * num_links_);
    if (begin > graph_.neighbors.size() || width > graph_.neighbors.size() - begin)
      return 0;
    const std::int32_t* links = graph_.neighbors.data() + begin;
    if (only_new) {
      for (std::size_t i = 0; i < width && links[i] >= 0; ++i) {
        if (static_cast<std::size_t>(links[i]) < count_)
          visited_.prefetch(static_cast<std::uint32_t>(links[i]));
      }
    }
    std::size_t found = 0;
    for (std::size_t i = 0; i < width && links[i] >= 0; ++i) {
      const auto next = static_cast<std::uint32_t>(links[i]);
      if (next < count_ && (!only_new || visited_.visit(next))) {
        __builtin_prefetch(&rows_.row_info(next));
        fresh_[found++] = next;
      }
    }
    return found;
  }

  void score(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      codes_[i] = rows_.codes(fresh_[i]);
    rows_.kernels->products(query_.codes.data(), codes_.data(), count, rows_.sketch_stride, products_.data());
    for (std::size_t i = 0; i < count; ++i) {
      const SketchRow& info = rows_.row_info(fresh_[i]);
      scores_[i] = static_cast<float>(products_[i] - query_.factors.offset) * (info.scale * query_.factors.scale) +
                   (query_.factors.squared_factor * info.squared_norm + query_.factors.constant);
    }
  }

  void keep(const Node& node, std::size_t ef, const AllowedRows& allowed) {
    if (rows_.is_dead(node.row) || (allowed.bits != nullptr && !allowed.bits->test(node.row)))
      return;
    if (kept_.size() == ef) {
      std::pop_heap(kept_.begin(), kept_.end(), std::greater<>());
      kept_.pop_back();
    }
    kept_.push_back(node);
    std::push_heap(kept_.begin(), kept_.end(), std::greater<>());
  }

  const GraphArrays& graph_;
  std::size_t num_links_;
  const RowStore& rows_;
  const QuerySketch& query_;
  VisitedRows& visited_;
  std::size_t count_;
  std::array<std::uint32_t, kMaxLinks> fresh_;
  std::array<const std::uint8_t*, kMaxLinks> codes_;
  std::array<std::int32_t, kMaxLinks> products_;
  std::array<float, kMaxLinks> scores_;
  std::vector<Node> open_;  // a heap with the best on top
  std::vector<Node> kept_;  // a heap with the worst on top
};

Candidates Graph::search(const RowStore& rows, const QuerySketch& query, std::size_t k, std::size_t ef,
                         const AllowedRows& allowed) const {
  Candidates candidates(k);
  auto visited = borrow_visited(rows.num_rows());
  Traversal traversal(*this, rows, query, *visited);
  if (traversal.can_start()) {
    traversal.walk(traversal.descend(), std::max(ef, k), allowed);
    for (const Node& node : traversal.kept()) {
      const SketchRow& info = rows.row_info(node.row);
      const float slack = query.factors.norm_slack * info.norm + query.factors.error_slack * info.error;
      const float upper = node.score + slack;
      candidates.offer(node.row, upper, query.lower(upper, info));
    }
  }
  give_back(std::move(visited));
  return candidates;
}

}  // namespace mess::internal
