// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "src/audio/demuxer.h"
#include "src/audio/ffmpeg_handles.h"

namespace mess::internal {

/// Packets to frames. A packet that cannot be decoded is counted and left out.
class Decoder {
 public:
  /// `demuxer` must outlive the decoder. @throws DecodeError  libav cannot open the codec
  explicit Decoder(Demuxer& demuxer);

  /// The next frame, valid until the following call; nullptr at the end. @throws DecodeError  reading failed
  const AVFrame* next();
  /// Forgets everything decoded so far; the next packet starts afresh.
  void flush();
  /// Reads past packets that start before `timestamp` without decoding them; false when the end came first.
  bool skip_to(std::int64_t timestamp);

  std::int64_t num_bad_packets() const { return num_bad_packets_ + demuxer_.num_read_errors(); }
  /// Bytes of the packets taken so far.
  std::int64_t num_encoded_bytes() const { return num_encoded_bytes_; }

 private:
  void send_packet();

  Demuxer& demuxer_;
  CodecContext codec_;
  Packet packet_;
  Frame frame_;
  bool has_held_packet_ = false;  // skip_to() read it, next() decodes it
  bool is_draining_ = false;
  std::int64_t num_bad_packets_ = 0;
  std::int64_t num_encoded_bytes_ = 0;
};

}  // namespace mess::internal
