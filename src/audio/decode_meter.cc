// SPDX-License-Identifier: MIT
#include "src/audio/decode_meter.h"

#include <algorithm>
#include <cstdio>

#include "src/audio/decode_error.h"
#include "src/audio/decode_options.h"

namespace mess::internal {
namespace {

// Short stretches of silence compress beyond any ratio and harm nobody.
constexpr double kExpansionGraceBytes = 64.0 * 1024 * 1024;

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

}  // namespace

void DecodeMeter::check_format(int sample_rate_hz, int num_channels) const {
  if (sample_rate_hz < kMinSampleRateHz || sample_rate_hz > kMaxSampleRateHz) {
    throw decode_error(name_, "a sample rate of 4,000 to 384,000 Hz", std::to_string(sample_rate_hz) + " Hz");
  }
  if (num_channels < 1 || num_channels > kMaxChannels) {
    throw decode_error(name_, "1 to 8 channels", std::to_string(num_channels));
  }
}

void DecodeMeter::count(const PlanarChunk& chunk, std::int64_t num_encoded_bytes) {
  decoded_seconds_ += static_cast<double>(chunk.num_frames) / chunk.format.sample_rate_hz;
  decoded_bytes_ += static_cast<double>(chunk.samples.size() * sizeof(float));
  if (decoded_seconds_ > limits_.max_duration_seconds) {
    throw decode_error(name_, "at most " + rounded(limits_.max_duration_seconds) + " s of audio (max_duration_seconds)",
                       "more");
  }
  const double expansion = decoded_bytes_ / static_cast<double>(std::max<std::int64_t>(1, num_encoded_bytes));
  if (decoded_bytes_ > kExpansionGraceBytes && expansion > limits_.max_expansion) {
    throw decode_error(name_, "at most " + rounded(limits_.max_expansion) + " decoded bytes per byte (max_expansion)",
                       rounded(expansion));
  }
}

}  // namespace mess::internal
