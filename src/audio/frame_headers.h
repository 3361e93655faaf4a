// SPDX-License-Identifier: MIT
// The frame headers of the two formats that have no file header: MPEG audio (layers 2 and 3) and ADTS AAC.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace mess::internal {

struct FrameHeader {
  std::size_t num_bytes = 0;   // of the whole frame
  std::uint32_t identity = 0;  // version, layer and rate: the same in every frame of a stream
};

/// ISO 11172-3 / 13818-3; none for layer 1 and for free-format streams.
std::optional<FrameHeader> parse_mpeg_header(std::span<const std::uint8_t> bytes);
/// ISO 13818-7.
std::optional<FrameHeader> parse_adts_header(std::span<const std::uint8_t> bytes);

using HeaderParser = std::optional<FrameHeader> (*)(std::span<const std::uint8_t>);

/// True when `count` frames of one identity follow each other from the start of `bytes`, or fewer that end exactly with
/// it when `is_whole_file`.
bool is_run_of_frames(HeaderParser parse, std::span<const std::uint8_t> bytes, int count, bool is_whole_file);

}  // namespace mess::internal
