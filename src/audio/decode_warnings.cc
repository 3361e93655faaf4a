// SPDX-License-Identifier: MIT
#include "src/audio/decode_warnings.h"

#include <cstdio>

#include "src/audio/stated_length.h"

namespace mess::internal {
namespace {

// Encoders' delays and rounded headers make small differences that mean nothing.
constexpr double kTruncatedShare = 0.02;
constexpr double kTruncatedSeconds = 0.5;

}  // namespace

std::string seconds_text(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f s", seconds);
  return text;
}

std::vector<std::string> decode_warnings(const Demuxer& demuxer, const DecodeSummary& summary, double end_seconds) {
  std::vector<std::string> warnings;
  if (end_seconds >= 0.0) {
    const double claimed = stated_duration_seconds(demuxer);
    const double missing = claimed - end_seconds;
    if (missing > kTruncatedSeconds && missing > kTruncatedShare * claimed) {
      warnings.push_back("truncated: the header claims " + seconds_text(claimed) + ", " + seconds_text(end_seconds) +
                         " were decoded");
    } else if (!has_last_page(demuxer)) {
      warnings.push_back("truncated: the last Ogg page does not end the stream");
    }
  }
  if (summary.num_bad_packets > 0) {
    warnings.push_back("damaged: " + std::to_string(summary.num_bad_packets) +
                       " packets could not be decoded and were skipped");
  }
  if (summary.num_nonfinite_samples > 0) {
    warnings.push_back("not finite: " + std::to_string(summary.num_nonfinite_samples) +
                       " samples were NaN or infinite and were replaced by 0");
  }
  return warnings;
}

}  // namespace mess::internal
