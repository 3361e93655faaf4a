// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace mess::internal {

/// All bytes of a regular file. Read, not mapped: a mapped file that somebody cuts kills the process.
/// @throws Error  missing, not a regular file, not readable
std::vector<std::byte> read_file_bytes(const std::filesystem::path& path);

}  // namespace mess::internal
