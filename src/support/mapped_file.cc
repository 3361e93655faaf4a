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

MappedFile::MappedFile(const std::filesystem::path& path, MapAccess access) {
  const auto fail = [&path](const std::string& found) {
    throw Error("[file] " + path.string() + ": expected a readable file, found: " + found);
  };
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    fail(std::strerror(errno));
  struct stat status{};
  const bool is_known = ::fstat(fd, &status) == 0;
  if (!is_known || !S_ISREG(status.st_mode)) {
    const std::string found = is_known ? "not a regular file" : std::strerror(errno);
    ::close(fd);
    fail(found);
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > 0) {
    const int protection = access == MapAccess::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
    void* memory = ::mmap(nullptr, size, protection, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    const int error = errno;
    ::close(fd);
    if (memory == MAP_FAILED)
      fail(std::strerror(error));
    bytes_ = {static_cast<std::byte*>(memory), size};
    return;
  }
  ::close(fd);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty())
    ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace mess::internal
