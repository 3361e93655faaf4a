// SPDX-License-Identifier: MIT
#include "src/support/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "mess/error.h"

namespace mess::internal {
namespace {

// mkstemp creates with 0600; a finished file gets what open() would have given it. umask can only be read by setting it,
// which is not safe with threads, so the kernel's own report is used.
mode_t default_mode() {
  mode_t mask = 022;
  if (FILE* status = std::fopen("/proc/self/status", "re")) {
    char line[128];
    constexpr std::string_view kName = "Umask:";
    while (std::fgets(line, sizeof line, status) != nullptr) {
      if (std::string_view(line).starts_with(kName))
        mask = static_cast<mode_t>(std::strtoul(line + kName.size(), nullptr, 8));
    }
    std::fclose(status);
  }
  return 0666 & ~mask;
}

// A file that is replaced keeps its mode.
mode_t mode_for(const std::filesystem::path& target) {
  struct stat status{};
  return ::stat(target.c_str(), &status) == 0 ? status.st_mode & 07777 : default_mode();
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& target)
    : target_(target), temporary_((folder_of(target) / ".mess.XXXXXX").string()) {
  // A file without a name is gone when the process is killed. Some file systems have none: there it gets one.
  fd_ = ::open(folder_of(target).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  is_named_ = fd_ < 0;
  if (is_named_)
    fd_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (fd_ < 0)
    fail("create a file beside");
}

AtomicFile::~AtomicFile() {
  if (fd_ < 0)
    return;
  ::close(fd_);
  if (is_named_)
    ::unlink(temporary_.c_str());
}

// A name of its own, for the moment until it is renamed.
void AtomicFile::give_name() {
  const std::string self = "/proc/self/fd/" + std::to_string(fd_);
  const int placeholder = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (placeholder < 0)
    fail("create a file beside");
  ::close(placeholder);
  ::unlink(temporary_.c_str());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0)
    fail("name");
  is_named_ = true;
}

void AtomicFile::fail(const char* action) const {
  throw Error("[file] " + target_.string() + ": expected to " + action + " it, found: " + std::strerror(errno));
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fchmod(fd_, mode_for(target_)) != 0)
    fail("set the mode of");
  if (::fsync(fd_) != 0)
    fail("sync");
  if (!is_named_)
    give_name();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    fail("rename to");
  ::close(fd_);
  fd_ = -1;
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    fail("open the folder of");
  const int synced = ::fsync(folder);
  ::close(folder);
  // Some file systems cannot sync a folder and say so; the rename itself has happened.
  if (synced != 0 && errno != EINVAL)
    fail("sync the folder of");
}

}  // namespace mess::internal
