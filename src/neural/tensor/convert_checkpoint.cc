// SPDX-License-Identifier: MIT
#include <ATen/core/Tensor.h>

#include <map>

#include "mess/checkpoint.h"
#include "src/neural/tensor/checkpoint.h"

namespace mess {

std::vector<CheckpointEntry> list_checkpoint(const std::filesystem::path& folder_or_file) {
  const auto checkpoint = internal::Checkpoint::open(folder_or_file);
  std::vector<CheckpointEntry> entries;
  for (const std::string& name : checkpoint.names())
    entries.push_back({.name = name, .type = checkpoint.type_name(name), .shape = checkpoint.shape(name)});
  return entries;
}

void convert_checkpoint(const std::filesystem::path& folder_or_file, const std::filesystem::path& safetensors) {
  const auto checkpoint = internal::Checkpoint::open(folder_or_file);
  std::map<std::string, at::Tensor> tensors;
  for (const std::string& name : checkpoint.names())
    tensors.emplace(name, checkpoint.tensor(name));
  // Readers of other projects ask for this note.
  internal::write_checkpoint(safetensors, tensors, {{"format", "pt"}});
}

}  // namespace mess
