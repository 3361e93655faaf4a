// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace mess::internal {

enum class MapAccess {
  kPrivateCopy,  // may be written to, which stays in this process; counts towards limits on a process's data
  kReadOnly,
};

/// A regular file in memory. Pages are read when they are used.
/// A file that somebody cuts while it is mapped kills the process; ours are only ever replaced.
class MappedFile {
 public:
  /// @throws Error  missing, not a regular file, not readable
  explicit MappedFile(const std::filesystem::path& path, MapAccess access = MapAccess::kPrivateCopy);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace mess::internal
