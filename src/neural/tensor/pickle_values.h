// SPDX-License-Identifier: MIT
// What a pickle is made of, in one arena: values refer to each other by number, so that cycles and depth cost nothing.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/neural/tensor/unpickler.h"

namespace mess::internal {

using ValueId = std::uint32_t;

struct PickleNone {};
struct PickleList {  // a list, a tuple or a set
  std::vector<ValueId> items;
};
struct PickleDict {
  std::vector<std::pair<ValueId, ValueId>> items;
};
struct PickleGlobal {
  std::string name;  // "module.name"
};
struct PickleStorage {
  std::string key;
  ElementType type = ElementType::kFloat32;
  std::uint64_t num_elements = 0;
};

using PickleValue = std::variant<PickleNone, bool, std::int64_t, double, std::string, PickleList, PickleDict,
                                 PickleGlobal, PickleStorage, PickledTensor>;

}  // namespace mess::internal
