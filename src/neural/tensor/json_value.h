// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mess::internal {

struct JsonLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  std::size_t max_depth = 64;
  std::size_t max_values = 2'000'000;  // keys included; each costs tens of bytes, whatever it costs in the file
};

/// One value of a JSON document, with all that is below it.
struct JsonValue {
  using Array = std::vector<JsonValue>;
  using Members = std::vector<std::pair<std::string, JsonValue>>;  // by ascending key, each key once

  // An integer beyond int64 is a double, like every other number.
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Members> value{nullptr};

  /// "null", "boolean", "number", "string", "array" or "object"
  const char* type_name() const;
  /// Null when this is no object, or has no such member.
  const JsonValue* find(std::string_view key) const;
};

/// Reads one document as RFC 8259 has it; a byte order mark before it is passed over.
/// @param name  what messages call it
/// @throws ModelError  bad syntax with its place, a key twice, bytes that are not UTF-8, beyond a limit
JsonValue parse_json(std::string_view text, const std::string& name, const JsonLimits& limits);

/// The length of the well-formed UTF-8 sequence at the beginning; 0 when there is none.
std::size_t utf8_length(std::string_view text);

}  // namespace mess::internal
