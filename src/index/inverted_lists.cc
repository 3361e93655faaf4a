// SPDX-License-Identifier: MIT
#include "src/index/inverted_lists.h"

#include "src/index/pq_scan.h"

namespace mess::internal {
void InvertedLists::attach(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> rows) {
  attached_offsets_ = offsets;
  attached_rows_ = rows;
  size_ = rows.size();
}

std::span<const std::uint32_t> InvertedLists::attached(std::size_t list) const {
  if (list + 1 >= attached_offsets_.size())
    return {};
  const std::uint64_t first = attached_offsets_[list];
  const std::uint64_t last = attached_offsets_[list + 1];
  if (first > last || last > attached_rows_.size())
    return {};
  return attached_rows_.subspan(first, last - first);
}

void InvertedLists::add_new_rows(const RowStore& rows) {
  for (; size_ < rows.num_rows(); ++size_)
    added_[rows.codec->list_of(rows.precise.row(size_))].push_back(static_cast<std::uint32_t>(size_));
}

Candidates InvertedLists::search(const RowStore& rows, const QuerySketch& query, std::size_t k, std::size_t num_probes,
                                 const AllowedRows& allowed) const {
  Candidates candidates(k);
  PqScan scan(rows, query);
  const auto offer = [&](std::uint32_t r, float upper, float lower) {
    if (upper >= candidates.threshold())
      candidates.offer(r, upper, lower);
  };
  const auto look_at = [&](std::span<const std::uint32_t> list) {
    for (const std::uint32_t r : list) {
      if (r < rows.num_rows() && allowed.accept(rows, r))
        scan.take(r, offer);
    }
  };
  const auto nearest =
      search_exact(rows.codec->centroids(), query, std::min(num_probes, num_lists()), {nullptr, num_lists()});
  for (const ScoredRow& list : nearest) {
    look_at(attached(list.row));
    look_at(added_[list.row]);
  }
  scan.finish(offer);
  return candidates;
}

std::vector<std::uint64_t> InvertedLists::offsets() const {
  std::vector<std::uint64_t> result{0};
  for (std::size_t list = 0; list < num_lists(); ++list)
    result.push_back(result.back() + attached(list).size() + added_[list].size());
  return result;
}

std::vector<std::span<const std::byte>> InvertedLists::pieces() const {
  std::vector<std::span<const std::byte>> result;
  for (std::size_t list = 0; list < num_lists(); ++list) {
    result.push_back(std::as_bytes(attached(list)));
    result.push_back(std::as_bytes(std::span(added_[list])));
  }
  return result;
}

std::size_t InvertedLists::owned_bytes() const {
  std::size_t bytes = added_.capacity() * sizeof(std::vector<std::uint32_t>);
  for (const auto& rows : added_)
    bytes += rows.capacity() * sizeof(std::uint32_t);
  return bytes;
}

}  // namespace mess::internal
