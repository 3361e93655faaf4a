// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace mess::internal {

/// A regular file in memory, privately: what is written there stays in this process. Pages are read when they are used.
/// A file that somebody cuts while it is mapped kills the process; ours are only ever replaced.
class MappedFile {
 public:
  /// @throws Error  missing, not a regular file, not readable
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace mess::internal
