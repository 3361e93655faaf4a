// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace mess::internal {

/// One writer of a folder at a time, also across processes: holds its file LOCK. The kernel lets go of it when a process
/// dies.
class FolderLock {
 public:
  /// Waits for the others. @throws Error
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace mess::internal
