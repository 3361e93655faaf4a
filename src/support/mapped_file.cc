// SPDX-License-Identifier: MIT
#include "src/support/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "mess/error.h"

namespace mess::internal {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const auto fail = [&path](const std::string& found) {
    throw Error("[file] " + path.string() + ": expected a readable file, found: " + found);
  };
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) fail(std::strerror(errno));
  struct stat status {};
  const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  if (regular && status.st_size > 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    address_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  const int map_error = errno;
  ::close(fd);
  if (!regular) fail("not a regular file");
  if (address_ == MAP_FAILED) {
    address_ = nullptr;
    fail(std::strerror(map_error));
  }
}

MappedFile::~MappedFile() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

}  // namespace mess::internal
