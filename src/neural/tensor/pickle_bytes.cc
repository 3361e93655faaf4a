// SPDX-License-Identifier: MIT
#include "src/neural/tensor/pickle_bytes.h"

#include <array>
#include <bit>
#include <stdexcept>
#include <string_view>

namespace mess::internal {

std::span<const std::byte> PickleBytes::take(std::size_t count) {
  if (count > rest_.size())
    throw std::invalid_argument("expected " + std::to_string(count) + " more bytes, found " +
                                std::to_string(rest_.size()) + ": the pickle is cut");
  const auto taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::string PickleBytes::read_text(std::size_t count) {
  const auto bytes = take(count);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string PickleBytes::read_line() {
  const std::string_view all(reinterpret_cast<const char*>(rest_.data()), rest_.size());
  const std::size_t end = all.find('\n');
  if (end == std::string_view::npos)
    throw std::invalid_argument("expected the end of a line, found the end of the pickle");
  std::string line(all.substr(0, end));
  rest_ = rest_.subspan(end + 1);
  return line;
}

std::int64_t PickleBytes::read_long() {
  const auto count = read<std::uint8_t>();
  if (count > 8)
    throw std::invalid_argument("expected an integer of at most 8 bytes, found " + std::to_string(count));
  const auto bytes = take(count);
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  if (count > 0 && count < 8 && (std::to_integer<unsigned>(bytes.back()) & 0x80U) != 0)
    value |= ~std::uint64_t{0} << (8 * count);
  return static_cast<std::int64_t>(value);
}

double PickleBytes::read_float() {
  auto bytes = read<std::array<std::uint8_t, 8>>();
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes)
    value = value << 8 | byte;
  return std::bit_cast<double>(value);
}

}  // namespace mess::internal
