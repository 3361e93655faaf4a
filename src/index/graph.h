// SPDX-License-Identifier: MIT
// A hierarchical navigable small world graph (Malkov and Yashunin, 2016) over sketches. FAISS builds it; the search is
// ours, so that it runs where a file is mapped, on the wide kernels, and past removed and filtered rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "src/index/exact_search.h"
#include "src/index/row_store.h"
#include "src/index/visited_rows.h"

namespace faiss {
struct HNSW;
}

namespace mess::internal {

/// The graph as arrays, as FAISS keeps them and as a file does.
struct GraphArrays {
  std::span<const std::int32_t> levels;     // per row, the number of levels it is on
  std::span<const std::uint64_t> offsets;   // per row and one more: where its links begin
  std::span<const std::int32_t> neighbors;  // per row and level: 2 M links on level 0, M above; -1 ends a list early
  std::int32_t entry_point = -1;
  std::int32_t max_level = -1;
};

class Graph {
 public:
  /// @param num_links  M: links per row above level 0, half of those on it
  Graph(std::size_t num_links, std::size_t ef_construction);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  std::size_t num_links() const { return num_links_; }
  std::size_t ef_construction() const { return ef_construction_; }
  std::size_t size() const { return arrays_.levels.size(); }
  const GraphArrays& arrays() const { return arrays_; }
  std::size_t owned_bytes() const;

  /// Arrays that live elsewhere for as long as this object. Any content is safe to search.
  void attach(const GraphArrays& arrays) { arrays_ = arrays; }
  /// Copies arrays that live elsewhere, after a check of all they refer to. @throws IndexError when they make no graph
  void make_writable();
  /// Links rows size() to rows.num_rows() - 1. With one thread the result depends on the rows alone.
  void link_new_rows(const RowStore& rows, std::size_t num_threads);

  /// About the best rows among those allowed, in no order and with bounds of their scores. @param ef  how many to keep
  Candidates search(const RowStore& rows, const QuerySketch& query, std::size_t k, std::size_t ef,
                    const AllowedRows& allowed) const;

 private:
  class Traversal;

  std::unique_ptr<VisitedRows> borrow_visited(std::size_t num_rows) const;
  void give_back(std::unique_ptr<VisitedRows> visited) const;

  std::size_t num_links_;
  std::size_t ef_construction_;
  std::unique_ptr<faiss::HNSW> built_;  // empty while the arrays are a file's
  GraphArrays arrays_;
  mutable std::mutex visited_mutex_;
  mutable std::vector<std::unique_ptr<VisitedRows>> visited_;
};

}  // namespace mess::internal
