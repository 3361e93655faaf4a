// SPDX-License-Identifier: MIT
// Where in a file a tensor lies, and of what it is made. No libtorch here: the readers are tested and fuzzed without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mess::internal {

enum class ElementType : std::uint8_t {
  kFloat64,
  kFloat32,
  kFloat16,
  kBfloat16,
  kFloat8E4m3,
  kFloat8E5m2,
  kInt64,
  kInt32,
  kInt16,
  kInt8,
  kUint64,
  kUint32,
  kUint16,
  kUint8,
  kBool,
};

std::size_t element_bytes(ElementType type);
/// As safetensors spells it: "F32", "BF16", "I64", ...
std::string_view element_name(ElementType type);
std::optional<ElementType> parse_element_name(std::string_view name);

struct StoredTensor {
  std::string type_name;            // as the file spells it
  std::optional<ElementType> type;  // nothing when this reader does not know it
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements; empty: row-major without gaps
  std::uint64_t offset = 0;           // of the first element, from the beginning of the file
  std::uint64_t num_bytes = 0;        // from there to the end of the last element
};

using StoredTensors = std::map<std::string, StoredTensor>;

/// Product of the dimensions, those of size 0 counted as 1 where `skip_zeros`; nothing on overflow or a negative one.
std::optional<std::uint64_t> count_elements(const std::vector<std::int64_t>& shape, bool skip_zeros = false);

/// "3 x 4", "scalar"
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace mess::internal
