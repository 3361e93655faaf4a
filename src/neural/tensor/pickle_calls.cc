// SPDX-License-Identifier: MIT
#include "src/neural/tensor/pickle_calls.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mess::internal {
namespace {

using Lookup = std::function<const PickleValue&(ValueId)>;

constexpr std::size_t kMaxRank = 64;

constexpr std::array<std::pair<std::string_view, ElementType>, 10> kStorages{{
    {"torch.DoubleStorage", ElementType::kFloat64},
    {"torch.FloatStorage", ElementType::kFloat32},
    {"torch.HalfStorage", ElementType::kFloat16},
    {"torch.BFloat16Storage", ElementType::kBfloat16},
    {"torch.LongStorage", ElementType::kInt64},
    {"torch.IntStorage", ElementType::kInt32},
    {"torch.ShortStorage", ElementType::kInt16},
    {"torch.CharStorage", ElementType::kInt8},
    {"torch.ByteStorage", ElementType::kUint8},
    {"torch.BoolStorage", ElementType::kBool},
}};

constexpr std::array<std::string_view, 8> kFunctions{
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
    "torch.Size",
    "__builtin__.set",
    "builtins.set",
    "torch.device",
    "_codecs.encode",
};

// Names of element types that settings beside the tensors mention; they stand for themselves.
constexpr std::array<std::string_view, 4> kConstants{"torch.float32", "torch.float16", "torch.bfloat16",
                                                     "torch.float64"};

template <typename T>
const T& expect(const PickleValue& value, const char* what) {
  const T* found = std::get_if<T>(&value);
  if (found == nullptr)
    throw std::invalid_argument(std::string("expected ") + what + ", found another value");
  return *found;
}

std::uint64_t expect_count(const PickleValue& value, const char* what) {
  const auto count = expect<std::int64_t>(value, what);
  if (count < 0)
    throw std::invalid_argument(std::string("expected ") + what + ", found " + std::to_string(count));
  return static_cast<std::uint64_t>(count);
}

std::vector<std::int64_t> expect_counts(const PickleValue& value, const char* what, const Lookup& at) {
  const std::vector<ValueId>& items = expect<PickleList>(value, what).items;
  if (items.size() > kMaxRank)
    throw std::invalid_argument("expected at most 64 dimensions, found " + std::to_string(items.size()));
  std::vector<std::int64_t> counts;
  counts.reserve(items.size());
  for (const ValueId id : items)
    counts.push_back(static_cast<std::int64_t>(expect_count(at(id), what)));
  return counts;
}

// The number of the last element that the strides reach, or nothing when it overflows.
std::optional<std::uint64_t> last_element(const PickledTensor& tensor) {
  std::uint64_t last = tensor.first_element;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    std::uint64_t step = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(tensor.shape[i] - 1),
                               static_cast<std::uint64_t>(tensor.strides[i]), &step) ||
        __builtin_add_overflow(last, step, &last)) {
      return std::nullopt;
    }
  }
  return last;
}

void check_extent(const PickledTensor& tensor) {
  const auto reach = count_elements(tensor.shape, /*skip_zeros=*/true);
  if (!reach || *reach > std::numeric_limits<std::int64_t>::max() / 8)
    throw std::invalid_argument("expected a shape that fits into memory, found " + shape_text(tensor.shape));
  const bool is_empty = std::ranges::find(tensor.shape, 0) != tensor.shape.end();
  const auto last = is_empty ? std::optional(tensor.first_element) : last_element(tensor);
  const bool fits = last && (is_empty ? *last <= tensor.storage_elements : *last < tensor.storage_elements);
  // A stride of 0 repeats elements: a small file would stand for a tensor of any size.
  if (!fits || (!is_empty && *reach > tensor.storage_elements)) {
    throw std::invalid_argument("expected a tensor inside its storage of " + std::to_string(tensor.storage_elements) +
                                " elements, found " + shape_text(tensor.shape) + " from element " +
                                std::to_string(tensor.first_element));
  }
}

// _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks[, metadata])
PickledTensor describe_tensor(const std::vector<ValueId>& arguments, const Lookup& at) {
  if (arguments.size() < 4)
    throw std::invalid_argument("expected a tensor's storage, offset, size and strides, found less");
  const auto& storage = expect<PickleStorage>(at(arguments[0]), "a storage");
  PickledTensor tensor{.storage_key = storage.key,
                       .storage_elements = storage.num_elements,
                       .type = storage.type,
                       .first_element = expect_count(at(arguments[1]), "an offset"),
                       .shape = expect_counts(at(arguments[2]), "a size", at),
                       .strides = expect_counts(at(arguments[3]), "strides", at)};
  if (tensor.shape.size() != tensor.strides.size())
    throw std::invalid_argument("expected one stride for each dimension, found others");
  check_extent(tensor);
  return tensor;
}

}  // namespace

std::optional<ElementType> storage_type(std::string_view global) {
  const auto* const found = std::ranges::find(kStorages, global, &decltype(kStorages)::value_type::first);
  return found == kStorages.end() ? std::nullopt : std::optional(found->second);
}

bool is_known_global(std::string_view name) {
  return storage_type(name) || std::ranges::find(kFunctions, name) != kFunctions.end() ||
         std::ranges::find(kConstants, name) != kConstants.end();
}

PickleValue describe_call(const std::string& function, const std::vector<ValueId>& arguments, const Lookup& at) {
  if (function == "torch._utils._rebuild_tensor_v2")
    return describe_tensor(arguments, at);
  if (function == "torch._utils._rebuild_parameter") {
    if (arguments.empty())
      throw std::invalid_argument("expected a parameter's tensor, found nothing");
    return expect<PickledTensor>(at(arguments[0]), "a tensor");
  }
  if (function == "collections.OrderedDict") {
    if (!arguments.empty())
      throw std::invalid_argument("expected OrderedDict(), found arguments");
    return PickleDict{};
  }
  if (function == "torch.Size" || function == "__builtin__.set" || function == "builtins.set")
    return arguments.empty() ? PickleList{} : expect<PickleList>(at(arguments[0]), "a sequence");
  if (function == "torch.device" || function == "_codecs.encode")
    return PickleNone{};
  throw std::invalid_argument("expected a call that describes tensors, found " + function);
}

PickleStorage describe_storage(const std::vector<ValueId>& arguments, const Lookup& at) {
  if (arguments.size() < 5 || expect<std::string>(at(arguments[0]), "a kind") != "storage")
    throw std::invalid_argument("expected (storage, type, key, device, size), found others");
  const std::string& type_name = expect<PickleGlobal>(at(arguments[1]), "a storage type").name;
  const auto type = storage_type(type_name);
  if (!type)
    throw std::invalid_argument("expected a storage type, found " + type_name);
  const std::string& key = expect<std::string>(at(arguments[2]), "a key");
  const bool is_plain = !key.empty() && key.size() <= 64 && std::ranges::all_of(key, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (!is_plain)
    throw std::invalid_argument("expected a record's key, found other characters");
  return {.key = key, .type = *type, .num_elements = expect_count(at(arguments[4]), "a number of elements")};
}

}  // namespace mess::internal
