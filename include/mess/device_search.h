// SPDX-License-Identifier: MIT
// Exact search on a GPU. Declared here, defined in libmess_neural: link mess::neural to call it.
//
//   mess::DeviceSearch search(index, {.device = "cuda"});
//   mess::SearchResult hits = search.search(queries, num_queries, {.k = 10});
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "mess/export.h"
#include "mess/index.h"

namespace mess {

struct DeviceSearchOptions {
  std::string device = "auto";  // "cpu", "cuda", "cuda:N"; auto takes a GPU where there is one
};

/// The vectors of an index, copied to a device as float32 (4 bytes per value): searches there look at every vector with a
/// blocked matrix product. The index must not change while it is copied; what it becomes later does not show. Thread-safe.
///
/// Scores are those of VectorIndex::search(exact) within 1e-5 x (length of the query x length of the vector), or for "l2"
/// within 1e-5 x the sum of both squared lengths, as long as torch multiplies in float32 (its TF32 switch is off, which is
/// the default); where two differ by less than that, either may come first, or at the cut be the one left out.
class MESS_API DeviceSearch {
 public:
  /// @throws InvalidArgument  the machine lacks the device. ModelError  the device's memory does not suffice
  explicit DeviceSearch(const VectorIndex& index, const DeviceSearchOptions& options = {});
  ~DeviceSearch();
  DeviceSearch(DeviceSearch&&) noexcept;
  DeviceSearch& operator=(DeviceSearch&&) noexcept;

  std::size_t dim() const;
  std::size_t size() const;
  const std::string& device() const;
  /// Ascending.
  std::span<const std::int64_t> ids() const;
  const std::string& encoder_id() const;

  /// As VectorIndex::search(): always min(k, matches) results. Every search is exact, so `exact` and `effort` change
  /// nothing.
  /// @param queries  num_queries x dim, row-major, finite
  /// @throws InvalidArgument  also for correct_hubness, which is the index's alone. ModelError
  SearchResult search(std::span<const float> queries, std::size_t num_queries, const SearchOptions& options) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess
