// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace mess::internal {

/// The bytes of a pickle, taken one piece after the other. @throws std::invalid_argument  where they end too early
class PickleBytes {
 public:
  explicit PickleBytes(std::span<const std::byte> bytes) : rest_(bytes) {}

  /// Little-endian.
  template <typename T>
  T read() {
    T value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::span<const std::byte> take(std::size_t count);
  std::string read_text(std::size_t count);
  std::string read_line();   // without its end
  std::int64_t read_long();  // LONG1: a length, and so many bytes; at most 8
  double read_float();       // BINFLOAT: big-endian, as no other number of the format

 private:
  std::span<const std::byte> rest_;
};

}  // namespace mess::internal
