// SPDX-License-Identifier: MIT
#include "src/audio/stated_length.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "src/audio/file_kind.h"

namespace mess::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr int kMaxChunks = 64;

std::uint64_t little_endian(Bytes bytes, std::size_t offset, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;)
    value = value << 8 | bytes[offset + i];
  return value;
}

/// Bytes of samples that a RIFF, RF64 or BW64 header claims; none when the writer did not know.
std::optional<std::uint64_t> claimed_wav_bytes(const ByteInput& input, std::int64_t begin) {
  constexpr std::size_t kChunkHeaderBytes = 8;
  constexpr std::uint64_t kUnknown = 0xFFFFFFFF;
  std::optional<std::uint64_t> large_size;
  std::int64_t offset = begin + 12;
  for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
    const auto header = input.bytes_at(offset, kChunkHeaderBytes + 16);
    if (header.size() < kChunkHeaderBytes)
      return std::nullopt;
    const std::uint64_t size = little_endian(header, 4, 4);
    if (has_magic(header, 0, "ds64") && header.size() >= kChunkHeaderBytes + 16)
      large_size = little_endian(header, 16, 8);
    if (has_magic(header, 0, "data"))
      return size == kUnknown ? large_size : size;
    offset += static_cast<std::int64_t>(kChunkHeaderBytes + size + (size & 1));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> claimed_w64_bytes(const ByteInput& input, std::int64_t begin) {
  constexpr std::uint64_t kChunkHeaderBytes = 24;  // a GUID and a size that counts itself
  constexpr std::uint64_t kLargestStep = std::uint64_t{1} << 62;
  std::int64_t offset = begin + 40;
  for (int chunk = 0; chunk < kMaxChunks && offset < input.size(); ++chunk) {
    const auto header = input.bytes_at(offset, kChunkHeaderBytes);
    if (header.size() < kChunkHeaderBytes)
      return std::nullopt;
    const std::uint64_t size = little_endian(header, 16, 8);
    if (size < kChunkHeaderBytes || size > kLargestStep)
      return std::nullopt;
    if (has_magic(header, 0, "data"))
      return size - kChunkHeaderBytes;
    offset += static_cast<std::int64_t>((size + 7) / 8 * 8);
  }
  return std::nullopt;
}

/// True when `page`, which starts with "OggS", is all there and carries the flag of a stream's last page (RFC 3533).
bool is_complete_last_page(Bytes page) {
  constexpr std::size_t kPageHeaderBytes = 27;
  constexpr std::uint8_t kEndOfStream = 4;
  if (page.size() < kPageHeaderBytes || (page[5] & kEndOfStream) == 0)
    return false;
  const std::size_t num_segments = page[26];
  if (page.size() < kPageHeaderBytes + num_segments)
    return false;
  const Bytes lengths = page.subspan(kPageHeaderBytes, num_segments);
  return page.size() >=
         kPageHeaderBytes + num_segments + std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
}

}  // namespace

double stated_duration_seconds(const Demuxer& demuxer) {
  const AVCodecParameters& codec = *demuxer.stream().codecpar;
  const int bits = av_get_bits_per_sample(codec.codec_id);
  std::optional<std::uint64_t> num_bytes;
  if (demuxer.container() == Container::kWav)
    num_bytes = claimed_wav_bytes(demuxer.input(), demuxer.audio_begin());
  if (demuxer.container() == Container::kW64)
    num_bytes = claimed_w64_bytes(demuxer.input(), demuxer.audio_begin());
  if (!num_bytes || bits == 0) {
    const bool is_guess = demuxer.format().duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    return is_guess ? 0.0 : claimed_duration_seconds(demuxer);
  }
  const double bytes_per_second = codec.sample_rate * (codec.ch_layout.nb_channels * (bits / 8.0));
  return static_cast<double>(*num_bytes) / bytes_per_second;
}

bool has_last_page(const Demuxer& demuxer) {
  constexpr std::int64_t kLargestPageBytes = 27 + 255 + 255 * 255;
  if (demuxer.container() != Container::kOgg)
    return true;
  const ByteInput& input = demuxer.input();
  const auto tail = input.bytes_at(std::max<std::int64_t>(0, input.size() - kLargestPageBytes), kLargestPageBytes);
  for (std::size_t offset = tail.size(); offset-- > 0;) {
    if (has_magic(tail, offset, "OggS"))
      return is_complete_last_page(Bytes(tail).subspan(offset));
  }
  return false;
}

}  // namespace mess::internal
