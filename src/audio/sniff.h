// SPDX-License-Identifier: MIT
// Decides by a file's bytes, never by its name, which one demuxer may see it.
#pragma once

#include <cstdint>

#include "src/audio/byte_input.h"

namespace mess::internal {

enum class Container { kWav, kW64, kFlac, kOgg, kMov, kAac, kMp3, kAiff };

/// The name in AudioInfo, which is also the name of libav's demuxer.
const char* container_name(Container container);

struct SniffedAudio {
  Container container = Container::kWav;
  std::int64_t audio_begin = 0;  // behind leading tags and junk
  std::int64_t audio_end = 0;    // before trailing tags
  bool has_leading_tag = false;  // an ID3v2 tag that the demuxer would read, were it shown
};

/// @throws DecodeError  not one of the containers; says what the file is instead
SniffedAudio sniff_audio(const ByteInput& input);

}  // namespace mess::internal
