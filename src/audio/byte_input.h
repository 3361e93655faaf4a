// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mess/audio.h"
#include "src/audio/ffmpeg_handles.h"
#include "src/audio/time_budget.h"

namespace mess::internal {

/// The bytes of a regular file, or borrowed bytes, at any offset. Nothing is ever opened but the one path.
class ByteInput {
 public:
  /// @throws DecodeError  the path is missing, unreadable or not a regular file
  explicit ByteInput(const AudioSource& source);
  ~ByteInput();
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;

  const std::string& name() const { return name_; }
  std::int64_t size() const { return size_; }
  /// Bytes read: fewer than asked for only at the end; a negative errno when the device fails.
  std::ptrdiff_t read_at(std::int64_t offset, std::span<std::uint8_t> into) const noexcept;
  /// Up to `count` bytes from `offset`; shorter at the end. @throws DecodeError  the device fails
  std::vector<std::uint8_t> bytes_at(std::int64_t offset, std::size_t count) const;

 private:
  std::string name_;
  std::span<const std::byte> bytes_;
  int fd_ = -1;
  std::int64_t size_ = 0;
};

/// What libav sees of a ByteInput: the part from `begin` to `end`, as if it were a whole file.
class InputWindow {
 public:
  /// `input` and `budget` must outlive the window. Reads fail once the budget is spent.
  InputWindow(const ByteInput& input, std::int64_t begin, std::int64_t end, const TimeBudget& budget);

  AVIOContext* io() const { return io_.get(); }
  /// The errno of the last read that failed; 0 when none did.
  int failed_errno() const { return failed_errno_; }

 private:
  static int read(void* self, std::uint8_t* into, int count) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  const ByteInput& input_;
  const TimeBudget& budget_;
  std::int64_t begin_;
  std::int64_t length_;
  std::int64_t position_ = 0;
  int failed_errno_ = 0;
  IoContext io_;
};

}  // namespace mess::internal
