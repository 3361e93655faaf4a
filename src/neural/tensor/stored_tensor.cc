// SPDX-License-Identifier: MIT
#include "src/neural/tensor/stored_tensor.h"

#include <algorithm>
#include <array>

namespace mess::internal {
namespace {

struct TypeRow {
  ElementType type;
  std::string_view name;
  std::size_t num_bytes;
};

constexpr std::array kTypes{
    TypeRow{ElementType::kFloat64, "F64", 8},        TypeRow{ElementType::kFloat32, "F32", 4},
    TypeRow{ElementType::kFloat16, "F16", 2},        TypeRow{ElementType::kBfloat16, "BF16", 2},
    TypeRow{ElementType::kFloat8E4m3, "F8_E4M3", 1}, TypeRow{ElementType::kFloat8E5m2, "F8_E5M2", 1},
    TypeRow{ElementType::kInt64, "I64", 8},          TypeRow{ElementType::kInt32, "I32", 4},
    TypeRow{ElementType::kInt16, "I16", 2},          TypeRow{ElementType::kInt8, "I8", 1},
    TypeRow{ElementType::kUint64, "U64", 8},         TypeRow{ElementType::kUint32, "U32", 4},
    TypeRow{ElementType::kUint16, "U16", 2},         TypeRow{ElementType::kUint8, "U8", 1},
    TypeRow{ElementType::kBool, "BOOL", 1},
};

const TypeRow& row(ElementType type) {
  const auto index = static_cast<std::size_t>(type);
  static_assert(std::ranges::is_sorted(kTypes, {}, &TypeRow::type));
  return kTypes.at(index);
}

}  // namespace

std::size_t element_bytes(ElementType type) { return row(type).num_bytes; }

std::string_view element_name(ElementType type) { return row(type).name; }

std::optional<ElementType> parse_element_name(std::string_view name) {
  const auto* const found = std::ranges::find(kTypes, name, &TypeRow::name);
  return found == kTypes.end() ? std::nullopt : std::optional(found->type);
}

std::optional<std::uint64_t> count_elements(const std::vector<std::int64_t>& shape, bool skip_zeros) {
  std::uint64_t count = 1;
  for (const std::int64_t dimension : shape) {
    if (dimension < 0)
      return std::nullopt;
    if (dimension == 0 && skip_zeros)
      continue;
    if (__builtin_mul_overflow(count, static_cast<std::uint64_t>(dimension), &count))
      return std::nullopt;
  }
  return count;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t dimension : shape)
    text += (text.empty() ? "" : " x ") + std::to_string(dimension);
  return text.empty() ? "scalar" : text;
}

}  // namespace mess::internal
