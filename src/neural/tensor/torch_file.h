// SPDX-License-Identifier: MIT
// Checkpoints as torch.save writes them (.bin, .pt, .ckpt): a zip archive with one pickle and one record per storage.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "src/neural/tensor/stored_tensor.h"

namespace mess::internal {

/// Where the tensors of the archive lie. The pickle is read by unpickle_tensors(), which runs nothing.
/// @throws ModelError  the format of PyTorch before 1.6, compressed records, big-endian, damage, foreign objects
StoredTensors read_torch_file(std::span<const std::byte> file, const std::string& name);

/// Whether these are the first bytes of a zip archive.
bool is_zip(std::span<const std::byte> file);

/// Whether these are the first bytes of a bare pickle, which is what PyTorch wrote before 1.6.
bool is_legacy_torch_file(std::span<const std::byte> file);

}  // namespace mess::internal
