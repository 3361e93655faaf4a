// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mess::internal {

/// Files of a kind that are told apart by a number from 1 on: "shard-00000012.messframes". Borrows prefix and suffix.
struct NumberedFile {
  std::string_view prefix;
  std::string_view suffix;

  /// With at least eight digits.
  std::string name(std::uint64_t number) const;
  /// The number in a name; nullopt in that of another file.
  std::optional<std::uint64_t> number(std::string_view name) const;
};

}  // namespace mess::internal
