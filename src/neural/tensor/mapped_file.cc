// SPDX-License-Identifier: MIT
#include "src/neural/tensor/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "mess/error.h"

namespace mess::internal {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& found) {
  throw ModelError("[neural] " + path.string() + ": expected a readable file, found: " + found);
}

}  // namespace

MappedFile::MappedFile(std::filesystem::path path) : path_(std::move(path)) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    fail(path_, std::strerror(errno));
  struct stat status{};
  const bool is_regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  int error = 0;
  if (is_regular && status.st_size > 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    error = address == MAP_FAILED ? errno : 0;
    data_ = error == 0 ? static_cast<std::byte*>(address) : nullptr;
  }
  ::close(descriptor);
  if (!is_regular)
    fail(path_, "not a regular file");
  if (error != 0)
    fail(path_, std::strerror(error));
}

MappedFile::~MappedFile() {
  if (data_ != nullptr)
    ::munmap(data_, size_);
}

}  // namespace mess::internal
