// SPDX-License-Identifier: MIT
#include "src/audio/file_kind.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace mess::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Kind {
  std::size_t offset;
  std::string_view magic;
  const char* name;
};

using namespace std::string_view_literals;

constexpr Kind kBinaryKinds[] = {
    {0, "\x89PNG\r\n"sv, "a PNG picture"},
    {0, "\xFF\xD8\xFF"sv, "a JPEG picture"},
    {0, "GIF8"sv, "a GIF picture"},
    {8, "WEBP"sv, "a WebP picture"},
    {0, "BM"sv, "a BMP picture"},
    {0, "PK\x03\x04"sv, "a ZIP archive"},
    {0, "\x1F\x8B"sv, "a gzip archive"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"},
    {0, "Rar!"sv, "a RAR archive"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "\x1A\x45\xDF\xA3"sv, "a Matroska or WebM file"},
    {8, "AVI "sv, "an AVI video"},
    {0, "FLV\x01"sv, "a Flash video"},
    {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "a Windows Media file (ASF)"},
    {0, "MThd"sv, "a MIDI file"},
    {0, "MAC "sv, "a Monkey's Audio file"},
    {0, "wvpk"sv, "a WavPack file"},
    {0, "MPCK"sv, "a Musepack file"},
    {0, "DSD "sv, "a DSD file (DSF)"},
    {0, "caff"sv, "a Core Audio file (CAF)"},
    {0,
     "\x7F"
     "ELF"sv,
     "a program (ELF)"},
    {0, "SQLite format 3"sv, "an SQLite database"},
};

constexpr Kind kTextKinds[] = {
    {0, "ffconcat"sv, "a text file (ffconcat playlist)"},
    {0, "#EXTM3U"sv, "a text file (M3U8 playlist)"},
    {0, "v=0"sv, "a text file (SDP session)"},
    {0, "[Script Info]"sv, "a text file (ASS subtitles)"},
    {0, "[playlist]"sv, "a text file (PLS playlist)"},
    {0, "<?xml"sv, "a text file (XML)"},
    {0, "<!DOCTYPE"sv, "a text file (HTML)"},
    {0, "<html"sv, "a text file (HTML)"},
};

bool is_text(Bytes head) {
  if (has_magic(head, 0, "\xFF\xFE"sv) && head.size() >= 4 && head[3] == 0)
    return true;  // UTF-16, Latin letters
  // A letter cut in half at the end of `head` is no reason to doubt; control characters and NUL are.
  const auto is_control = [](std::uint8_t byte) {
    return byte == 0x7F ||
           (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f' && byte != 0x1B);
  };
  if (std::any_of(head.begin(), head.end(), is_control))
    return false;
  const auto num_ascii = std::count_if(head.begin(), head.end(), [](std::uint8_t byte) { return byte < 0x80; });
  return num_ascii * 2 >= static_cast<std::ptrdiff_t>(head.size());
}

std::string text_kind(Bytes head) {
  if (has_magic(head, 0, "\xEF\xBB\xBF"sv))
    head = head.subspan(3);
  while (!head.empty() && head[0] <= ' ')
    head = head.subspan(1);
  for (const Kind& kind : kTextKinds) {
    if (has_magic(head, kind.offset, kind.magic))
      return kind.name;
  }
  return "a text file";
}

}  // namespace

bool has_magic(Bytes head, std::size_t offset, std::string_view magic) {
  return head.size() >= offset + magic.size() && std::memcmp(head.data() + offset, magic.data(), magic.size()) == 0;
}

std::string describe_file(Bytes head, bool is_behind_tag) {
  if (head.empty())
    return is_behind_tag ? "an ID3 tag and nothing behind it" : "an empty file";
  for (const Kind& kind : kBinaryKinds) {
    if (has_magic(head, kind.offset, kind.magic))
      return kind.name;
  }
  return is_text(head) ? text_kind(head) : "";
}

std::string describe_unknown(Bytes head) {
  if (std::all_of(head.begin(), head.end(), [](std::uint8_t byte) { return byte == 0; }))
    return "only zero bytes";
  std::string text = "an unknown kind of file (it starts with";
  for (const std::uint8_t byte : head.first(std::min<std::size_t>(head.size(), 8))) {
    char hex[4];
    std::snprintf(hex, sizeof hex, " %02x", byte);
    text += hex;
  }
  return text + ")";
}

}  // namespace mess::internal
