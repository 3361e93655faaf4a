// SPDX-License-Identifier: MIT
#include "src/audio/frame_headers.h"

#include <array>

namespace mess::internal {
namespace {

constexpr std::array<int, 15> kLayer3Version1Kbps{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
constexpr std::array<int, 15> kLayer2Version1Kbps{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr std::array<int, 15> kVersion2Kbps{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr std::array<int, 3> kVersion1RatesHz{44100, 48000, 32000};

constexpr int kVersion1 = 3;  // as coded in the header: 0 is version 2.5, 2 is version 2, 1 is reserved
constexpr int kVersion2 = 2;

}  // namespace

std::optional<FrameHeader> parse_mpeg_header(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
    return std::nullopt;
  const int version = (bytes[1] >> 3) & 3;
  const int layer = 4 - ((bytes[1] >> 1) & 3);
  const int bit_rate_index = bytes[2] >> 4;
  const int rate_index = (bytes[2] >> 2) & 3;
  if (version == 1 || layer == 4 || layer == 1 || rate_index == 3)
    return std::nullopt;
  if (bit_rate_index == 0 || bit_rate_index == 15)
    return std::nullopt;

  const bool is_version_1 = version == kVersion1;
  const auto& kbps = !is_version_1 ? kVersion2Kbps : layer == 3 ? kLayer3Version1Kbps : kLayer2Version1Kbps;
  const int rate_hz = kVersion1RatesHz[static_cast<std::size_t>(rate_index)] >> (is_version_1           ? 0
                                                                                 : version == kVersion2 ? 1
                                                                                                        : 2);
  const int samples_per_frame = layer == 3 && !is_version_1 ? 576 : 1152;
  const int padding = (bytes[2] >> 1) & 1;
  const int num_bytes =
      samples_per_frame / 8 * kbps[static_cast<std::size_t>(bit_rate_index)] * 1000 / rate_hz + padding;
  return FrameHeader{static_cast<std::size_t>(num_bytes),
                     static_cast<std::uint32_t>((bytes[1] & 0x1E) << 8 | (bytes[2] & 0x0C))};
}

std::optional<FrameHeader> parse_adts_header(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kHeaderBytes = 7;
  constexpr int kNumRates = 13;
  if (bytes.size() < kHeaderBytes || bytes[0] != 0xFF || (bytes[1] & 0xF6) != 0xF0)
    return std::nullopt;
  if (((bytes[2] >> 2) & 15) >= kNumRates)
    return std::nullopt;
  const std::size_t num_bytes =
      static_cast<std::size_t>(bytes[3] & 3) << 11 | static_cast<std::size_t>(bytes[4]) << 3 | bytes[5] >> 5;
  if (num_bytes <= kHeaderBytes)
    return std::nullopt;
  return FrameHeader{num_bytes, static_cast<std::uint32_t>((bytes[1] & 0x08) << 8 | (bytes[2] & 0xFC))};
}

bool is_run_of_frames(HeaderParser parse, std::span<const std::uint8_t> bytes, int count, bool is_whole_file) {
  std::uint32_t identity = 0;
  for (int frame = 0; frame < count; ++frame) {
    if (frame > 0 && bytes.empty())
      return is_whole_file;
    const std::optional<FrameHeader> header = parse(bytes);
    if (!header || (frame > 0 && header->identity != identity))
      return false;
    identity = header->identity;
    if (header->num_bytes > bytes.size())
      return frame + 1 == count || (frame > 0 && is_whole_file);
    bytes = bytes.subspan(header->num_bytes);
  }
  return true;
}

}  // namespace mess::internal
