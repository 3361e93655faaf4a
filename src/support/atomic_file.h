// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace mess::internal {

/// Writes a new file beside `target` and renames it over the target on commit(): readers see the old file or the new one,
/// never half. Without commit() the destructor removes what was written. Every failure throws Error with the path.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  int fd() const { return fd_; }
  void write(std::span<const std::byte> bytes);
  /// fsync, rename, fsync of the folder.
  void commit();

 private:
  void give_name();
  [[noreturn]] void fail(const char* action) const;

  std::filesystem::path target_;
  std::string temporary_;
  bool is_named_ = false;
  int fd_ = -1;
};

}  // namespace mess::internal
