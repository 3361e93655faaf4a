// SPDX-License-Identifier: MIT
#include "src/audio/range_jump.h"

#include <algorithm>

namespace mess::internal {

RangeJump::RangeJump(Demuxer& demuxer, Decoder& decoder, int sample_rate_hz, std::int64_t first_timestamp)
    : demuxer_(demuxer),
      decoder_(decoder),
      sample_rate_hz_(sample_rate_hz),
      first_timestamp_(first_timestamp),
      method_(first_timestamp == AV_NOPTS_VALUE ? Method::kNone : method_for(demuxer, sample_rate_hz)) {}

RangeJump::Method RangeJump::method_for(const Demuxer& demuxer, int sample_rate_hz) {
  const AVStream& stream = demuxer.stream();
  if (stream.time_base.num != 1 || stream.time_base.den % sample_rate_hz != 0)
    return Method::kNone;
  switch (stream.codecpar->codec_id) {
    case AV_CODEC_ID_MP3:
      return demuxer.container() == Container::kMp3 ? Method::kSkipPackets : Method::kNone;
    case AV_CODEC_ID_VORBIS:
    case AV_CODEC_ID_OPUS:
      return demuxer.container() == Container::kOgg ? Method::kSkipPackets : Method::kNone;
    // AAC fills bands with noise from a generator that runs on from frame to frame, layer 2 is dithered by another, and
    // ADPCM has rounded timestamps.
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_ADPCM_MS:
    case AV_CODEC_ID_ADPCM_IMA_WAV:
      return Method::kNone;
    default:
      return demuxer.container() == Container::kOgg ? Method::kNone : Method::kSeek;
  }
}

bool RangeJump::jump_before(std::int64_t frame) {
  // Decoders that look back (bit reservoir, overlap, prediction) have settled long before a second has passed.
  const std::int64_t start = std::max<std::int64_t>(0, frame - sample_rate_hz_);
  std::int64_t timestamp = 0;
  if (__builtin_mul_overflow(start, demuxer_.stream().time_base.den / sample_rate_hz_, &timestamp) ||
      __builtin_add_overflow(timestamp, first_timestamp_, &timestamp))
    return false;
  if (method_ == Method::kSeek) {
    if (!demuxer_.seek(timestamp))
      return false;
    decoder_.flush();
    return true;
  }
  decoder_.flush();
  return decoder_.skip_to(timestamp);
}

std::optional<std::int64_t> RangeJump::frame_at(std::int64_t timestamp) const {
  const std::int64_t ticks_per_frame = demuxer_.stream().time_base.den / sample_rate_hz_;
  std::int64_t ticks = 0;
  if (timestamp == AV_NOPTS_VALUE || __builtin_sub_overflow(timestamp, first_timestamp_, &ticks) || ticks < 0 ||
      ticks % ticks_per_frame != 0)
    return std::nullopt;
  return ticks / ticks_per_frame;
}

}  // namespace mess::internal
