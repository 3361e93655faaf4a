// SPDX-License-Identifier: MIT
// The safetensors format (https://huggingface.co/docs/safetensors): eight bytes of little-endian length, so many bytes of
// JSON that say where each tensor lies, then the tensors, without holes and without overlaps.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/neural/tensor/stored_tensor.h"

namespace mess::internal {

constexpr std::size_t kMaxSafetensorsHeader = 100'000'000;  // the limit of the reference reader

/// Checks everything but the values of the tensors. A type this reader does not know is kept as it is spelled.
/// @param name  what messages call the file
/// @throws ModelError naming file, tensor and reason
StoredTensors read_safetensors(std::span<const std::byte> file, const std::string& name);

struct TensorBytes {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> values;  // row-major
};

/// Atomic: readers see the old file or the new one. Wide types come first, so that every tensor is aligned.
/// @throws ModelError  a name that is not UTF-8 or comes twice, a size that differs from the shape's
/// @throws Error       the file cannot be written
void write_safetensors(const std::filesystem::path& path, std::vector<TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace mess::internal
