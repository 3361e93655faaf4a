// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace mess::internal {

/// A whole file in memory without being read: pages come as they are touched. Writing to them changes no file.
///
/// Hazard of every mapping: when somebody cuts the file while it is open, touching what is gone kills the process (SIGBUS).
/// Replace a model's files by renaming, never in place.
class MappedFile {
 public:
  /// @throws ModelError  missing, not a regular file, not readable
  explicit MappedFile(std::filesystem::path path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<std::byte> bytes() const { return {data_, size_}; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace mess::internal
