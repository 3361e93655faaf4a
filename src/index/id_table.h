// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "src/index/plane.h"

namespace mess::internal {

/// Where each id lives: an open table of row numbers with linear probing, whose keys are the ids beside the rows. It is
/// a plain array, so a file can hold it and a search use it where it lies.
class IdTable {
 public:
  /// @param ids  the id of each row; must outlive the table
  explicit IdTable(const Plane& ids) : ids_(&ids) {}

  /// Slots from a file: 0 is free, otherwise row + 1. Any content is safe to search.
  void attach(std::span<const std::uint32_t> slots, std::size_t count);

  std::optional<std::size_t> find(std::int64_t id) const;
  /// The id must be absent, and stand at `row` of the ids.
  void insert(std::int64_t id, std::size_t row);
  void erase(std::int64_t id);
  /// The id keeps its slot, its row changes.
  void move(std::int64_t id, std::size_t row);
  void reserve(std::size_t count);
  void clear();
  std::size_t size() const { return count_; }
  std::span<const std::uint32_t> slots() const { return slots_; }
  std::size_t owned_bytes() const { return owned_.capacity() * sizeof(std::uint32_t); }

 private:
  std::size_t home(std::int64_t id) const;
  std::size_t slot_of(std::int64_t id) const;
  void own();
  void rehash(std::size_t num_slots);

  const Plane* ids_;
  std::span<const std::uint32_t> slots_;
  std::vector<std::uint32_t> owned_;
  std::size_t count_ = 0;
};

}  // namespace mess::internal
