// SPDX-License-Identifier: MIT
#include "src/support/numbered_file.h"

#include <algorithm>
#include <charconv>

namespace mess::internal {

std::string NumberedFile::name(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  constexpr std::size_t kWidth = 8;
  digits.insert(0, kWidth - std::min(kWidth, digits.size()), '0');
  return std::string(prefix) + digits + std::string(suffix);
}

std::optional<std::uint64_t> NumberedFile::number(std::string_view name) const {
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() <= prefix.size() + suffix.size())
    return std::nullopt;
  const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value == 0)
    return std::nullopt;
  return value;
}

}  // namespace mess::internal
