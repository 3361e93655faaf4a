// SPDX-License-Identifier: MIT
#include "src/audio/byte_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "src/audio/decode_error.h"

namespace mess::internal {
namespace {

constexpr int kIoBufferBytes = 1 << 16;

const char* kind_of_file(mode_t mode) {
  if (S_ISDIR(mode))
    return "a directory";
  if (S_ISFIFO(mode))
    return "a named pipe";
  if (S_ISSOCK(mode))
    return "a socket";
  return "a device";
}

int open_regular_file(const std::filesystem::path& path, const std::string& name, std::int64_t& size) {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    const bool is_missing = errno == ENOENT || errno == ENOTDIR;
    throw decode_error(name, "a readable file", is_missing ? "no such file" : std::strerror(errno));
  }
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    throw decode_error(name, "a regular file", kind_of_file(status.st_mode));
  }
  size = status.st_size;
  return fd;
}

}  // namespace

ByteInput::ByteInput(const AudioSource& source) : name_(source.name) {
  if (const auto* path = std::get_if<std::filesystem::path>(&source.input)) {
    if (name_.empty())
      name_ = path->string();
    fd_ = open_regular_file(*path, name_, size_);
    return;
  }
  if (name_.empty())
    name_ = "<bytes>";
  bytes_ = std::get<std::span<const std::byte>>(source.input);
  size_ = static_cast<std::int64_t>(bytes_.size());
}

ByteInput::~ByteInput() {
  if (fd_ >= 0)
    ::close(fd_);
}

std::ptrdiff_t ByteInput::read_at(std::int64_t offset, std::span<std::uint8_t> into) const noexcept {
  if (offset < 0 || offset >= size_)
    return 0;
  const std::size_t wanted = std::min(into.size(), static_cast<std::size_t>(size_ - offset));
  if (fd_ < 0) {
    if (wanted > 0)
      std::memcpy(into.data(), bytes_.data() + offset, wanted);
    return static_cast<std::ptrdiff_t>(wanted);
  }
  std::size_t done = 0;
  while (done < wanted) {
    const ssize_t got = ::pread(fd_, into.data() + done, wanted - done, offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -errno;
    if (got == 0)
      break;  // the file was cut while it was being read
    done += static_cast<std::size_t>(got);
  }
  return static_cast<std::ptrdiff_t>(done);
}

std::vector<std::uint8_t> ByteInput::bytes_at(std::int64_t offset, std::size_t count) const {
  const std::int64_t left = std::max<std::int64_t>(0, size_ - std::max<std::int64_t>(0, offset));
  std::vector<std::uint8_t> bytes(std::min(count, static_cast<std::size_t>(left)));
  const std::ptrdiff_t got = read_at(offset, bytes);
  if (got < 0)
    throw decode_error(name_, "a readable file", std::strerror(static_cast<int>(-got)));
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

InputWindow::InputWindow(const ByteInput& input, std::int64_t begin, std::int64_t end, const TimeBudget& budget)
    : input_(input), budget_(budget), begin_(begin), length_(end - begin) {
  auto* buffer = allocated(static_cast<unsigned char*>(av_malloc(kIoBufferBytes)));
  AVIOContext* io =
      avio_alloc_context(buffer, kIoBufferBytes, 0, this, &InputWindow::read, nullptr, &InputWindow::seek);
  if (io == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  io_.reset(io);
}

int InputWindow::read(void* self, std::uint8_t* into, int count) noexcept {
  auto& window = *static_cast<InputWindow*>(self);
  if (window.budget_.is_spent())
    return AVERROR_EXIT;
  const std::int64_t wanted = std::min<std::int64_t>(count, window.length_ - window.position_);
  if (wanted <= 0)
    return AVERROR_EOF;
  const std::ptrdiff_t got =
      window.input_.read_at(window.begin_ + window.position_, {into, static_cast<std::size_t>(wanted)});
  if (got < 0) {
    window.failed_errno_ = static_cast<int>(-got);
    return AVERROR(window.failed_errno_);
  }
  if (got == 0)
    return AVERROR_EOF;
  window.failed_errno_ = 0;
  window.position_ += got;
  return static_cast<int>(got);
}

std::int64_t InputWindow::seek(void* self, std::int64_t offset, int whence) noexcept {
  auto& window = *static_cast<InputWindow*>(self);
  if ((whence & AVSEEK_SIZE) != 0)
    return window.length_;
  std::int64_t base = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET:
      break;
    case SEEK_CUR:
      base = window.position_;
      break;
    case SEEK_END:
      base = window.length_;
      break;
    default:
      return AVERROR(EINVAL);
  }
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0)
    return AVERROR(EINVAL);
  window.position_ = target;
  return target;
}

}  // namespace mess::internal
