// SPDX-License-Identifier: MIT
// Nearest neighbours by inner product.
//
//   mess::VectorIndex index(dim, {.encoder_id = "acoustic/2+track"});
//   index.add(ids, vectors);
//   mess::SearchResult hits = index.search(queries, num_queries, 10);
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/export.h"

namespace mess {

struct IndexOptions {
  std::string spec = "auto";  // "flat": exact; "auto" chooses (today always flat)
  std::string encoder_id{};   // what made the vectors; empty when the caller does not say
};

/// Row-major, num_queries x k, best first. Where fewer than k match: id -1, score -infinity.
struct SearchResult {
  std::size_t num_queries = 0;
  std::size_t k = 0;
  std::vector<float> scores;
  std::vector<std::int64_t> ids;
};

/// Thread-safe: searches run side by side, add() and remove() wait for them and for each other.
class MESS_API VectorIndex {
 public:
  /// @throws InvalidArgument  dim outside 1 to 65,536, unknown spec
  explicit VectorIndex(std::size_t dim, const IndexOptions& options = {});
  ~VectorIndex();
  VectorIndex(VectorIndex&&) noexcept;
  VectorIndex& operator=(VectorIndex&&) noexcept;

  std::size_t dim() const;
  std::size_t size() const;
  const std::string& spec() const;
  const std::string& encoder_id() const;
  bool contains(std::int64_t id) const;
  /// All ids, in no order.
  std::vector<std::int64_t> ids() const;
  /// The vector stored under `id`. @throws IndexError when there is none
  std::vector<float> vector(std::int64_t id) const;

  /// @param vectors  ids.size() x dim, row-major, each value finite and at most 1e15 in size
  /// @throws InvalidArgument  wrong size, not finite, negative id, or an id given twice or already present; then nothing
  ///                          is added
  void add(std::span<const std::int64_t> ids, std::span<const float> vectors);
  /// O(1) per id. Returns how many were present.
  std::size_t remove(std::span<const std::int64_t> ids);

  /// @param queries  num_queries x dim, row-major, each value finite and at most 1e15 in size
  /// @param k        at least 1; num_queries x k at most 2^28
  /// @param filter   when given, only these ids are considered: always min(k, matches) results
  /// @param encoder_id  when both this and the index's are known they must agree
  /// @throws InvalidArgument
  SearchResult search(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                      std::optional<std::span<const std::int64_t>> filter = std::nullopt,
                      const std::string& encoder_id = {}) const;

  /// Writes beside `path`, syncs, renames: a reader sees the old file or the new one. @throws IndexError
  void save(const std::filesystem::path& path) const;
  /// Checks magic, version, lengths and checksums before it trusts a byte. @throws FormatError
  static VectorIndex load(const std::filesystem::path& path);
  static VectorIndex load(std::span<const std::byte> bytes, const std::string& name);

 private:
  struct Impl;
  explicit VectorIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess
