// SPDX-License-Identifier: MIT
// Which vectors belong together: those of one track, say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mess {

/// Views what it is made of, which must outlive it.
class IdGroups {
 public:
  /// Id i is of group i / ids_per_group.
  static IdGroups divide(std::int64_t ids_per_group) {
    IdGroups groups;
    groups.ids_per_group_ = ids_per_group;
    return groups;
  }
  /// ids[i] is of groups[i]; an id that is not named is in no group, one named twice in the last.
  static IdGroups map(std::span<const std::int64_t> ids, std::span<const std::int64_t> groups) {
    IdGroups result;
    result.is_map_ = true;
    result.ids_ = ids;
    result.groups_ = groups;
    return result;
  }

  bool is_map() const { return is_map_; }
  std::int64_t ids_per_group() const { return ids_per_group_; }
  std::span<const std::int64_t> ids() const { return ids_; }
  std::span<const std::int64_t> groups() const { return groups_; }

 private:
  IdGroups() = default;

  bool is_map_ = false;
  std::int64_t ids_per_group_ = 0;
  std::span<const std::int64_t> ids_{};
  std::span<const std::int64_t> groups_{};
};

}  // namespace mess
