// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "mess/mix.h"

namespace mess {
namespace {

// A cue sheet has no way to escape: quotes and line breaks become others.
std::string quoted(std::string text) {
  std::replace(text.begin(), text.end(), '"', '\'');
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return "\"" + text + "\"";
}

// Minutes, seconds and frames of 1/75 s.
std::string index_time(double seconds) {
  const long long frames = std::llround(75.0 * seconds);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%02lld:%02lld:%02lld", frames / (75 * 60), frames / 75 % 60, frames % 75);
  return buffer;
}

}  // namespace

std::string cue_sheet(const MixPlan& plan, const std::string& file_name, const std::string& title) {
  std::string sheet;
  if (!title.empty())
    sheet += "TITLE " + quoted(title) + "\n";
  const bool is_mp3 = file_name.ends_with(".mp3");
  sheet += "FILE " + quoted(file_name) + (is_mp3 ? " MP3\n" : " WAVE\n");
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const MixPiece& piece = plan.pieces[i];
    sheet += std::string("  TRACK ") + (i < 9 ? "0" : "") + std::to_string(i + 1) + " AUDIO\n";
    sheet +=
        "    TITLE " + quoted(piece.track.title.empty() ? piece.track.path.stem().string() : piece.track.title) + "\n";
    if (!piece.track.artist.empty())
      sheet += "    PERFORMER " + quoted(piece.track.artist) + "\n";
    sheet += "    INDEX 01 " + index_time(piece.start_seconds) + "\n";
  }
  return sheet;
}

}  // namespace mess
