// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mess/audio.h"

namespace mess::internal {

/// A window that moves forward over the samples of a file. Frame 0 is at `start_seconds`; before the file and behind its
/// end there is silence.
class SourceReader {
 public:
  SourceReader(const std::filesystem::path& path, const AudioFormat& format, double start_seconds);

  /// Frames `begin` to `begin + count` of a channel; valid until the next call.
  std::span<const float> frames(int channel, std::int64_t begin, std::size_t count);
  /// Says that nothing before `frame` will be asked for again.
  void forget_before(std::int64_t frame);

 private:
  void read_until(std::int64_t end);

  AudioStream stream_;
  AudioBuffer chunk_;
  std::vector<std::vector<float>> kept_;  // of each channel
  std::int64_t first_kept_;               // its number, from start_seconds
  bool is_over_ = false;
};

}  // namespace mess::internal
