// SPDX-License-Identifier: MIT
#include "src/audio/tag_bounds.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace mess::internal {
namespace {

// A file may carry one tag of each kind, twice at most in practice; the bound keeps crafted files from costing time.
constexpr int kMaxTags = 16;
constexpr std::size_t kId3HeaderBytes = 10;

bool starts_with(std::span<const std::uint8_t> bytes, const char* text) {
  const std::size_t length = std::strlen(text);
  return bytes.size() >= length && std::memcmp(bytes.data(), text, length) == 0;
}

/// Bytes of the tag without its header and footer, from an ID3v2 header or footer; -1 when it is neither.
std::int64_t id3v2_body_bytes(std::span<const std::uint8_t> header, const char* magic) {
  if (header.size() < kId3HeaderBytes || !starts_with(header, magic))
    return -1;
  std::int64_t size = 0;
  for (std::size_t i = 6; i < kId3HeaderBytes; ++i) {
    if (header[i] > 0x7F)
      return -1;
    size = size << 7 | header[i];
  }
  return size;
}

std::int64_t id3v1_bytes(const ByteInput& input, std::int64_t end) {
  constexpr std::int64_t kTagBytes = 128;
  return starts_with(input.bytes_at(end - kTagBytes, 3), "TAG") ? kTagBytes : 0;
}

std::int64_t apev2_bytes(const ByteInput& input, std::int64_t end) {
  constexpr std::int64_t kFooterBytes = 32;
  const auto footer = input.bytes_at(end - kFooterBytes, kFooterBytes);
  if (footer.size() < static_cast<std::size_t>(kFooterBytes) || !starts_with(footer, "APETAGEX"))
    return 0;
  const std::int64_t size =
      footer[12] | footer[13] << 8 | footer[14] << 16 | static_cast<std::int64_t>(footer[15]) << 24;
  const bool has_header = (footer[23] & 0x80) != 0;
  return size < kFooterBytes ? 0 : size + (has_header ? kFooterBytes : 0);
}

std::int64_t lyrics3_bytes(const ByteInput& input, std::int64_t end) {
  constexpr std::int64_t kEndBytes = 15;  // six digits and "LYRICS200"
  const auto bytes = input.bytes_at(end - kEndBytes, kEndBytes);
  if (bytes.size() < static_cast<std::size_t>(kEndBytes) || !starts_with(std::span(bytes).subspan(6), "LYRICS200"))
    return 0;
  std::int64_t size = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    if (bytes[i] < '0' || bytes[i] > '9')
      return 0;
    size = size * 10 + (bytes[i] - '0');
  }
  return size + kEndBytes;
}

std::int64_t appended_id3v2_bytes(const ByteInput& input, std::int64_t end) {
  const auto footer = input.bytes_at(end - static_cast<std::int64_t>(kId3HeaderBytes), kId3HeaderBytes);
  const std::int64_t body = id3v2_body_bytes(footer, "3DI");
  return body < 0 ? 0 : body + 2 * static_cast<std::int64_t>(kId3HeaderBytes);
}

}  // namespace

std::int64_t end_of_leading_tags(const ByteInput& input) {
  constexpr int kHasFooter = 0x10;
  std::int64_t end = 0;
  for (int tag = 0; tag < kMaxTags; ++tag) {
    const auto header = input.bytes_at(end, kId3HeaderBytes);
    const std::int64_t body = id3v2_body_bytes(header, "ID3");
    if (body < 0)
      break;
    end += body + static_cast<std::int64_t>(kId3HeaderBytes) * ((header[5] & kHasFooter) != 0 ? 2 : 1);
  }
  return end;
}

std::int64_t begin_of_trailing_tags(const ByteInput& input, std::int64_t begin) {
  std::int64_t end = input.size();
  for (int tag = 0; tag < kMaxTags; ++tag) {
    std::int64_t size = 0;
    for (const auto tag_bytes : {id3v1_bytes, apev2_bytes, lyrics3_bytes, appended_id3v2_bytes}) {
      if (size == 0)
        size = tag_bytes(input, end);
    }
    if (size == 0 || size > end - begin)
      break;
    end -= size;
  }
  return end;
}

}  // namespace mess::internal
