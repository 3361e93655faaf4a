// SPDX-License-Identifier: MIT
#include "src/support/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "mess/error.h"

namespace mess::internal {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "LOCK";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  int locked = -1;
  while (fd_ >= 0 && (locked = ::flock(fd_, LOCK_EX)) != 0 && errno == EINTR) {
  }
  if (locked != 0) {
    const std::string found = std::strerror(errno);
    if (fd_ >= 0)
      ::close(fd_);
    throw Error("[file] " + path.string() + ": expected to lock it, found: " + found);
  }
}

FolderLock::~FolderLock() {
  // A process that was forked meanwhile holds the descriptor too, and with it the lock.
  ::flock(fd_, LOCK_UN);
  ::close(fd_);
}

}  // namespace mess::internal
