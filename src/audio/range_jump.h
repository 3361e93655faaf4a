// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "src/audio/decoder.h"
#include "src/audio/demuxer.h"

namespace mess::internal {

/// Goes near a frame in the middle of a file without decoding what lies before, but only where every sample from there
/// on is the one that a whole decode would have given.
class RangeJump {
 public:
  /// @param first_timestamp  of the first decoded frame, in the stream's time base: frame 0 of the audio
  RangeJump(Demuxer& demuxer, Decoder& decoder, int sample_rate_hz, std::int64_t first_timestamp);

  bool is_possible() const { return method_ != Method::kNone; }
  /// Leaves the decoder so far before `frame` that it has settled when it gets there; false when the file ended first.
  bool jump_before(std::int64_t frame);
  /// Which frame of the audio a decoded timestamp is; none when it does not fall on one.
  std::optional<std::int64_t> frame_at(std::int64_t timestamp) const;

 private:
  enum class Method { kNone, kSeek, kSkipPackets };
  static Method method_for(const Demuxer& demuxer, int sample_rate_hz);

  Demuxer& demuxer_;
  Decoder& decoder_;
  int sample_rate_hz_;
  std::int64_t first_timestamp_;
  Method method_;
};

}  // namespace mess::internal
