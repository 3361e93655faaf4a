// SPDX-License-Identifier: MIT
#include "src/audio/output_io.h"

#include <unistd.h>

#include <cerrno>

namespace mess::internal {
namespace {

constexpr int kIoBufferBytes = 1 << 16;

}  // namespace

OutputIo::OutputIo(int fd) : fd_(fd) {
  auto* buffer = allocated(static_cast<unsigned char*>(av_malloc(kIoBufferBytes)));
  AVIOContext* io = avio_alloc_context(buffer, kIoBufferBytes, 1, this, nullptr, &OutputIo::write, &OutputIo::seek);
  if (io == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  io_.reset(io);
}

int OutputIo::write(void* self, std::uint8_t* bytes, int count) noexcept {
  const int fd = static_cast<OutputIo*>(self)->fd_;
  int done = 0;
  while (done < count) {
    const ssize_t written = ::write(fd, bytes + done, static_cast<std::size_t>(count - done));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return AVERROR(errno);
    done += static_cast<int>(written);
  }
  return count;
}

std::int64_t OutputIo::seek(void* self, std::int64_t offset, int whence) noexcept {
  const int fd = static_cast<OutputIo*>(self)->fd_;
  if ((whence & AVSEEK_SIZE) != 0)
    return AVERROR(ENOSYS);
  const off_t position = ::lseek(fd, offset, whence & ~AVSEEK_FORCE);
  return position < 0 ? AVERROR(errno) : position;
}

}  // namespace mess::internal
