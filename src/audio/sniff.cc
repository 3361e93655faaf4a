// SPDX-License-Identifier: MIT
#include "src/audio/sniff.h"

#include <algorithm>
#include <optional>
#include <span>

#include "src/audio/decode_error.h"
#include "src/audio/file_kind.h"
#include "src/audio/frame_headers.h"
#include "src/audio/tag_bounds.h"

namespace mess::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeadBytes = 16 * 1024;  // holds two frames of any MPEG or ADTS stream
constexpr std::size_t kJunkBytes = 256 * 1024;
// Two headers in a row prove a stream that starts at once; among junk, more are asked for, since chance has more tries.
constexpr int kFramesAtStart = 2;
constexpr int kFramesAfterJunk = 4;

std::optional<Container> container_by_magic(Bytes head) {
  if ((has_magic(head, 0, "RIFF") || has_magic(head, 0, "RF64") || has_magic(head, 0, "BW64")) &&
      has_magic(head, 8, "WAVE")) {
    return Container::kWav;
  }
  if (has_magic(head, 0, "riff\x2E\x91\xCF\x11"))
    return Container::kW64;
  if (has_magic(head, 0, "fLaC"))
    return Container::kFlac;
  if (has_magic(head, 0, "OggS"))
    return Container::kOgg;
  if (has_magic(head, 0, "FORM") && (has_magic(head, 8, "AIFF") || has_magic(head, 8, "AIFC")))
    return Container::kAiff;
  if (has_magic(head, 4, "ftyp"))
    return Container::kMov;
  return std::nullopt;
}

struct FrameStream {
  Container container;
  std::size_t offset;
};

std::optional<FrameStream> find_frames(Bytes bytes, bool is_whole_file) {
  if (is_run_of_frames(parse_adts_header, bytes, kFramesAtStart, is_whole_file))
    return FrameStream{Container::kAac, 0};
  if (is_run_of_frames(parse_mpeg_header, bytes, kFramesAtStart, is_whole_file))
    return FrameStream{Container::kMp3, 0};
  for (std::size_t offset = 1; offset + 4 <= bytes.size(); ++offset) {
    const Bytes rest = bytes.subspan(offset);
    if (rest[0] == 0xFF && is_run_of_frames(parse_mpeg_header, rest, kFramesAfterJunk, is_whole_file)) {
      return FrameStream{Container::kMp3, offset};
    }
  }
  return std::nullopt;
}

}  // namespace

const char* container_name(Container container) {
  switch (container) {
    case Container::kWav:
      return "wav";
    case Container::kW64:
      return "w64";
    case Container::kFlac:
      return "flac";
    case Container::kOgg:
      return "ogg";
    case Container::kMov:
      return "mov";
    case Container::kAac:
      return "aac";
    case Container::kMp3:
      return "mp3";
    case Container::kAiff:
      return "aiff";
  }
  return "";
}

SniffedAudio sniff_audio(const ByteInput& input) {
  const std::int64_t begin = end_of_leading_tags(input);
  const std::vector<std::uint8_t> head = input.bytes_at(begin, kHeadBytes);
  SniffedAudio sniffed{.audio_begin = begin, .audio_end = input.size(), .has_leading_tag = begin > 0};
  if (const auto container = container_by_magic(head)) {
    sniffed.container = *container;
    if (*container == Container::kFlac)
      sniffed.audio_end = begin_of_trailing_tags(input, begin);
    return sniffed;
  }

  const std::string kind = describe_file(head, begin > 0);
  if (kind.empty()) {
    sniffed.audio_end = begin_of_trailing_tags(input, std::min(begin, input.size()));
    const std::vector<std::uint8_t> front = input.bytes_at(
        begin, std::min(kJunkBytes, static_cast<std::size_t>(std::max<std::int64_t>(0, sniffed.audio_end - begin))));
    const bool is_whole_file = begin + static_cast<std::int64_t>(front.size()) >= sniffed.audio_end;
    if (const auto stream = find_frames(front, is_whole_file)) {
      sniffed.container = stream->container;
      sniffed.audio_begin += static_cast<std::int64_t>(stream->offset);
      return sniffed;
    }
  }
  throw decode_error(input.name(), "audio (WAV, W64, FLAC, Ogg, MP4/M4A, AAC, MP3 or AIFF)",
                     kind.empty() ? describe_unknown(head) : kind);
}

}  // namespace mess::internal
