// SPDX-License-Identifier: MIT
// The on-disk form of a VectorIndex: a container of kind "INDX" with three sections.
//   meta     u32 layout (1), u32 spec length, u64 dim, u64 count, u32 encoder id length, u32 zero, spec, encoder id
//   ids      count int64
//   vectors  count x dim float32, row-major, in the order of ids
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mess::internal {

struct IndexContent {
  std::string spec;
  std::string encoder_id;
  std::size_t dim = 0;
  std::span<const std::int64_t> ids;
  std::span<const float> vectors;
};

void write_index_file(const std::filesystem::path& path, const IndexContent& content);

/// Spans of the result point into `bytes`, which must be aligned to 8. @throws FormatError
IndexContent read_index_file(std::span<const std::byte> bytes, const std::string& name);

}  // namespace mess::internal
