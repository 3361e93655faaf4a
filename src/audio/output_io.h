// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "src/audio/ffmpeg_handles.h"

namespace mess::internal {

/// libav's view of a file that is being written.
class OutputIo {
 public:
  explicit OutputIo(int fd);
  OutputIo(const OutputIo&) = delete;
  OutputIo& operator=(const OutputIo&) = delete;

  AVIOContext* get() const { return io_.get(); }

 private:
  static int write(void* self, std::uint8_t* bytes, int count) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  int fd_;
  IoContext io_;
};

}  // namespace mess::internal
