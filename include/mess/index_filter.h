// SPDX-License-Identifier: MIT
// Which ids a search may return.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

namespace mess {

/// Views what it is made of, which must outlive it. A search asks about each id of the index once, or looks up each id
/// of a set.
class IdFilter {
 public:
  enum class Kind { kSet, kRange, kBitmap, kPredicate };

  /// Exactly these ids; others may be among them.
  static IdFilter set(std::span<const std::int64_t> ids) {
    IdFilter filter(Kind::kSet);
    filter.ids_ = ids;
    return filter;
  }
  /// first <= id < last
  static IdFilter range(std::int64_t first, std::int64_t last) {
    IdFilter filter(Kind::kRange);
    filter.first_ = first;
    filter.last_ = last;
    return filter;
  }
  /// Bit i % 8 (from the lowest) of byte i / 8 stands for id first_id + i; ids beyond it are out.
  static IdFilter bitmap(std::span<const std::uint8_t> bits, std::int64_t first_id = 0) {
    IdFilter filter(Kind::kBitmap);
    filter.bits_ = bits;
    filter.first_ = first_id;
    return filter;
  }
  /// Called with each id while the index is locked: it must not use the index.
  static IdFilter predicate(std::function<bool(std::int64_t)> accepts) {
    IdFilter filter(Kind::kPredicate);
    filter.accepts_ = std::move(accepts);
    return filter;
  }

  Kind kind() const { return kind_; }
  std::span<const std::int64_t> ids() const { return ids_; }
  std::span<const std::uint8_t> bits() const { return bits_; }
  std::int64_t first_id() const { return first_; }
  bool accepts(std::int64_t id) const {
    switch (kind_) {
      case Kind::kRange:
        return id >= first_ && id < last_;
      case Kind::kBitmap: {
        if (id < first_)
          return false;
        const std::uint64_t bit = static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(first_);
        return bit / 8 < bits_.size() && (bits_[bit / 8] >> bit % 8 & 1) != 0;
      }
      case Kind::kPredicate:
        return accepts_(id);
      case Kind::kSet:
        break;
    }
    for (const std::int64_t member : ids_) {
      if (member == id)
        return true;
    }
    return false;
  }

 private:
  explicit IdFilter(Kind kind) : kind_(kind) {}

  Kind kind_;
  std::span<const std::int64_t> ids_{};
  std::span<const std::uint8_t> bits_{};
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::function<bool(std::int64_t)> accepts_{};
};

}  // namespace mess
