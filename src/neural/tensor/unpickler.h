// SPDX-License-Identifier: MIT
// Reads the pickle inside a PyTorch checkpoint without running anything. A pickle is a program that may call any function
// of Python; this reader knows the few calls that describe tensors and refuses every other (opcodes: Python's pickletools).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/neural/tensor/stored_tensor.h"

namespace mess::internal {

struct PickledTensor {
  std::string storage_key;  // the record data/<key> of the archive
  std::uint64_t storage_elements = 0;
  ElementType type = ElementType::kFloat32;
  std::uint64_t first_element = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements; every element lies inside the storage
};

struct PickleLimits {
  std::size_t max_bytes = std::size_t{64} << 20;
  std::size_t max_values = 2'000'000;
};

/// The tensors of a pickled dict or OrderedDict; where it holds one named "state_dict", "model_state_dict" or "model",
/// of that. Values that are no tensors are left out.
/// @param name  what messages call the file
/// @throws ModelError  anything but such a dict: other calls, unknown opcodes, truncation, beyond a limit
std::map<std::string, PickledTensor> unpickle_tensors(std::span<const std::byte> pickle, const std::string& name,
                                                      const PickleLimits& limits = {});

}  // namespace mess::internal
