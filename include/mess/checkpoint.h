// SPDX-License-Identifier: MIT
// Checkpoint files of neural models, part of libmess_neural. Nothing inside a file is ever run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mess/export.h"

namespace mess {

struct CheckpointEntry {
  std::string name;
  std::string type;  // as safetensors spells it: "F32", "BF16", "I64", ...
  std::vector<std::int64_t> shape;
};

/// The tensors of a folder or of one file (model.safetensors, pytorch_model.bin, *.pt, sharded *.index.json), by name.
/// Reads no weights. @throws ModelError naming file, tensor and reason
MESS_API std::vector<CheckpointEntry> list_checkpoint(const std::filesystem::path& folder_or_file);

/// Writes the tensors of a folder or of one file as one safetensors file, bit for bit and atomically; what shards or other
/// kinds of files held separately is together then.
/// @throws ModelError  the source, naming file, tensor and reason
/// @throws Error       the target cannot be written
MESS_API void convert_checkpoint(const std::filesystem::path& folder_or_file, const std::filesystem::path& safetensors);

}  // namespace mess
