// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "mess/audio.h"
#include "src/audio/byte_input.h"
#include "src/audio/ffmpeg_handles.h"
#include "src/audio/sniff.h"
#include "src/audio/time_budget.h"

namespace mess::internal {

enum class Coverage {
  kAudioOnly,  // tags glued to the outside of the file stay unseen: the packets do not depend on them
  kWithTags,
};

/// The compressed packets of a file's first audio stream that we have a decoder for. Whatever the file says, nothing
/// else is opened: no other file, no address, no decoder of pictures or video.
class Demuxer {
 public:
  /// @throws DecodeError  not audio, damaged beyond use, or `budget` is spent
  Demuxer(const AudioSource& source, const TimeBudget& budget, Coverage coverage);

  const std::string& name() const { return input_.name(); }
  Container container() const { return sniffed_.container; }
  std::int64_t num_file_bytes() const { return input_.size(); }
  const ByteInput& input() const { return input_; }
  /// Where the container starts in the input.
  std::int64_t audio_begin() const { return sniffed_.audio_begin; }
  const AVFormatContext& format() const { return *format_; }
  const AVStream& stream() const { return *stream_; }
  const AVCodec& decoder() const { return *decoder_; }

  /// Replaces `packet` by the next one of the audio stream; false at the end. @throws DecodeError
  bool read(AVPacket& packet);
  /// Goes to the last packet that starts at or before `timestamp`; false when the file cannot.
  bool seek(std::int64_t timestamp);
  /// @throws DecodeError  the budget is spent
  void check_time() const;
  /// Damaged stretches that reading stepped over.
  std::int64_t num_read_errors() const { return num_read_errors_; }

 private:
  void open();
  void choose_stream();
  void check_for_failure(int code) const;

  ByteInput input_;
  const TimeBudget& budget_;
  SniffedAudio sniffed_;
  InputWindow window_;
  FormatInput format_;
  AVStream* stream_ = nullptr;
  const AVCodec* decoder_ = nullptr;
  std::int64_t num_read_errors_ = 0;
};

/// The length the header claims, or an estimate from the bit rate; 0 when unknown.
double claimed_duration_seconds(const Demuxer& demuxer);

}  // namespace mess::internal
