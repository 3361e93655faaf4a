// SPDX-License-Identifier: MIT
// ISO/IEC 14496-12, sections 8.7 (sample tables) and 8.8.8 (track runs).
#include "src/audio/mp4_tables.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "src/audio/decode_error.h"

namespace mess::internal {
namespace {

// What a file may claim without a byte to show for it; more than a day of ordinary packets.
constexpr std::uint64_t kFreeSamples = std::uint64_t{1} << 20;
constexpr std::int64_t kMaxHeaderBytes = std::int64_t{256} << 20;
constexpr std::size_t kBoxHeaderBytes = 8;

std::uint64_t big_endian(std::span<const std::uint8_t> bytes, std::size_t offset, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | (offset + i < bytes.size() ? bytes[offset + i] : 0u);
  return value;
}

std::uint64_t u32(std::span<const std::uint8_t> bytes, std::size_t offset) { return big_endian(bytes, offset, 4); }

struct Claims {
  std::uint64_t num_fixed_size_samples = 0;  // of stsz boxes with one size for all: no table shows them
  std::uint64_t num_fixed_size_bytes = 0;    // what those samples would take
  std::uint64_t num_bare_run_samples = 0;    // of trun boxes without a field per sample
  std::uint64_t num_chunks = 0;              // the longest stco or co64
  std::uint64_t largest_chunk_samples = 0;   // the largest claim of an stsc
  bool is_compressed = false;                // cmov: tables behind zlib, out of use since 2001
};

void count_run(std::span<const std::uint8_t> payload, Claims& claims) {
  constexpr std::uint64_t kPerSampleFields = 0xF00;
  if ((u32(payload, 0) & kPerSampleFields) == 0)
    claims.num_bare_run_samples += u32(payload, 4);
}

void count_sizes(std::span<const std::uint8_t> payload, Claims& claims) {
  const std::uint64_t size = u32(payload, 4);
  if (size == 0)
    return;  // a table follows, four bytes a sample
  claims.num_fixed_size_samples += u32(payload, 8);
  claims.num_fixed_size_bytes += u32(payload, 8) * size;
}

void count_chunks(std::span<const std::uint8_t> payload, Claims& claims) {
  const std::uint64_t num_entries = std::min<std::uint64_t>(u32(payload, 4), payload.size() / 12);
  for (std::uint64_t i = 0; i < num_entries; ++i)
    claims.largest_chunk_samples = std::max(claims.largest_chunk_samples, u32(payload, 8 + 12 * i + 4));
}

void count_box(std::string_view type, std::span<const std::uint8_t> payload, Claims& claims) {
  if (type == "stsz")
    count_sizes(payload, claims);
  else if (type == "trun")
    count_run(payload, claims);
  else if (type == "stsc")
    count_chunks(payload, claims);
  else if (type == "stco")
    claims.num_chunks = std::max(claims.num_chunks, std::min<std::uint64_t>(u32(payload, 4), payload.size() / 4));
  else if (type == "co64")
    claims.num_chunks = std::max(claims.num_chunks, std::min<std::uint64_t>(u32(payload, 4), payload.size() / 8));
  else if (type == "cmov")
    claims.is_compressed = true;
}

/// libav takes a table wherever it meets one, in whatever box: so the search is for its name at every byte.
void find_tables(std::span<const std::uint8_t> bytes, Claims& claims) {
  for (std::size_t at = 4; at + 4 <= bytes.size(); ++at) {
    if (bytes[at] != 's' && bytes[at] != 't' && bytes[at] != 'c')
      continue;
    const std::string_view type(reinterpret_cast<const char*>(bytes.data()) + at, 4);
    const std::uint64_t box_bytes = u32(bytes, at - 4);
    const std::size_t left = bytes.size() - at + 4;
    // A name by chance, in a picture or a table, has no sensible length in front of it.
    if (box_bytes > left || (box_bytes > 1 && box_bytes < kBoxHeaderBytes))
      continue;
    const std::size_t header_bytes = box_bytes == 1 ? 16 : kBoxHeaderBytes;
    if (left >= header_bytes)
      count_box(type, bytes.subspan(at - 4 + header_bytes), claims);
  }
}

bool holds_media(std::string_view type) { return type == "mdat" || type == "free" || type == "skip" || type == "wide"; }

}  // namespace

void check_mp4_tables(const ByteInput& input, std::int64_t begin, std::int64_t end) {
  Claims claims;
  std::int64_t num_header_bytes = 0;
  for (std::int64_t at = begin; at < end;) {
    const std::vector<std::uint8_t> header = input.bytes_at(at, 16);
    if (header.size() < kBoxHeaderBytes)
      break;
    const std::string_view type(reinterpret_cast<const char*>(header.data()) + 4, 4);
    std::uint64_t box_bytes = u32(header, 0);
    if (box_bytes == 1)
      box_bytes = big_endian(header, 8, 8);
    const auto left = static_cast<std::uint64_t>(end - at);
    if (box_bytes < kBoxHeaderBytes || box_bytes > left)
      box_bytes = left;
    if (!holds_media(type)) {
      num_header_bytes += static_cast<std::int64_t>(box_bytes);
      if (num_header_bytes > kMaxHeaderBytes)
        throw decode_error(input.name(), "at most 256 MiB of MP4 headers", "more");
      find_tables(input.bytes_at(at, static_cast<std::size_t>(box_bytes)), claims);
    }
    at += static_cast<std::int64_t>(box_bytes);
  }
  const auto num_file_bytes = static_cast<std::uint64_t>(end - begin);
  const bool claims_sizes =
      claims.num_fixed_size_samples > kFreeSamples && claims.num_fixed_size_bytes > num_file_bytes;
  const bool claims_chunks =
      claims.largest_chunk_samples > kFreeSamples &&
      claims.largest_chunk_samples > num_file_bytes / std::max<std::uint64_t>(1, claims.num_chunks);
  if (claims_sizes || claims_chunks || claims.num_bare_run_samples > kFreeSamples)
    throw decode_error(input.name(), "sample tables that the file has room for", "claims of more samples than bytes");
  if (claims.is_compressed)
    throw decode_error(input.name(), "plain MP4 headers", "compressed ones (cmov)");
}

}  // namespace mess::internal
