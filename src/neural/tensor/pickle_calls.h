// SPDX-License-Identifier: MIT
// The calls of a pickle that are known, and what each stands for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/neural/tensor/pickle_values.h"

namespace mess::internal {

/// Whether "module.name" may be mentioned at all.
bool is_known_global(std::string_view name);

/// The element type of "torch.FloatStorage" and its like.
std::optional<ElementType> storage_type(std::string_view global);

/// The result of calling `function` with `arguments`, as a description: nothing runs. `at` gives the value of an id.
/// @throws std::invalid_argument  what was expected and what was found
PickleValue describe_call(const std::string& function, const std::vector<ValueId>& arguments,
                          const std::function<const PickleValue&(ValueId)>& at);

/// ("storage", type, key, device, number of elements). @throws std::invalid_argument
PickleStorage describe_storage(const std::vector<ValueId>& arguments,
                               const std::function<const PickleValue&(ValueId)>& at);

}  // namespace mess::internal
