// SPDX-License-Identifier: MIT
#include "src/audio/decode_options.h"

#include <string>

#include "mess/error.h"

namespace mess::internal {
namespace {

// Far beyond any recording, and small enough that seconds times rate cannot overflow.
constexpr double kMaxSeconds = 1e9;

[[noreturn]] void refuse(const char* field, const char* expected, const std::string& found) {
  throw InvalidArgument(std::string("[decode] ") + field + ": expected " + expected + ", found " + found);
}

void check_seconds(const char* field, double seconds) {
  if (!(seconds >= 0.0 && seconds <= kMaxSeconds))
    refuse(field, "0 to 1e9 seconds", std::to_string(seconds));
}

void check_positive(const char* field, double value) {
  if (!(value > 0.0))
    refuse(field, "more than 0", std::to_string(value));
}

}  // namespace

void check_options(const DecodeOptions& options) {
  check_wanted_format({options.sample_rate_hz, options.num_channels});
  check_seconds("start_seconds", options.start_seconds);
  check_seconds("duration_seconds", options.duration_seconds);
  check_positive("max_duration_seconds", options.limits.max_duration_seconds);
  check_positive("timeout_seconds", options.limits.timeout_seconds);
  check_positive("max_expansion", options.limits.max_expansion);
  if (options.limits.max_buffer_bytes == 0)
    refuse("max_buffer_bytes", "more than 0", "0");
}

void check_wanted_format(const AudioFormat& wanted) {
  const int rate = wanted.sample_rate_hz;
  if (rate != 0 && (rate < kMinSampleRateHz || rate > kMaxSampleRateHz)) {
    refuse("sample_rate_hz", "0 or 4,000 to 384,000", std::to_string(rate));
  }
  if (wanted.num_channels < 0 || wanted.num_channels > 2) {
    refuse("num_channels", "0, 1 or 2", std::to_string(wanted.num_channels));
  }
}

AudioFormat resolve_format(const AudioFormat& wanted, const AudioFormat& source) {
  return {wanted.sample_rate_hz != 0 ? wanted.sample_rate_hz : source.sample_rate_hz,
          wanted.num_channels != 0 ? wanted.num_channels : source.num_channels};
}

}  // namespace mess::internal
