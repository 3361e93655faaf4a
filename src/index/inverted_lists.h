// SPDX-License-Identifier: MIT
// The rows of a quantised store by the centroid nearest to them; a search looks into the lists nearest to its query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/index/exact_search.h"
#include "src/index/row_store.h"

namespace mess::internal {

class InvertedLists {
 public:
  explicit InvertedLists(std::size_t num_lists) : added_(num_lists) {}

  std::size_t num_lists() const { return added_.size(); }
  /// Lists that live elsewhere for as long as this object: list l is rows[offsets[l]] to rows[offsets[l + 1] - 1]. Any
  /// content is safe to search.
  void attach(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> rows);
  /// Rows size() to rows.num_rows() - 1.
  void add_new_rows(const RowStore& rows);
  std::size_t size() const { return size_; }

  /// About the best rows among those allowed, from the `num_probes` lists nearest to the query.
  Candidates search(const RowStore& rows, const QuerySketch& query, std::size_t k, std::size_t num_probes,
                    const AllowedRows& allowed) const;

  /// As attach() takes them: offsets, and the rows in pieces.
  std::vector<std::uint64_t> offsets() const;
  std::vector<std::span<const std::byte>> pieces() const;
  std::size_t owned_bytes() const;

 private:
  std::span<const std::uint32_t> attached(std::size_t list) const;

  std::span<const std::uint64_t> attached_offsets_;
  std::span<const std::uint32_t> attached_rows_;
  std::vector<std::vector<std::uint32_t>> added_;
  std::size_t size_ = 0;
};

}  // namespace mess::internal
