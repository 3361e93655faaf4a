// SPDX-License-Identifier: MIT
#include "src/mix/source_reader.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

constexpr double kLeadSeconds = 0.1;             // kept before the start: stretching looks around
constexpr std::int64_t kMaxForgotten = 1 << 16;  // frames that may wait to be erased

DecodeOptions decode_options(const AudioFormat& format, double start_seconds) {
  DecodeOptions options;
  options.sample_rate_hz = format.sample_rate_hz;
  options.num_channels = format.num_channels;
  options.start_seconds = start_seconds;
  return options;
}

double lead_of(double start_seconds) { return std::min(start_seconds, kLeadSeconds); }

}  // namespace

SourceReader::SourceReader(const std::filesystem::path& path, const AudioFormat& format, double start_seconds)
    : stream_(path, decode_options(format, start_seconds - lead_of(start_seconds)), 1.0),
      kept_(static_cast<std::size_t>(format.num_channels)),
      first_kept_(-std::llround(lead_of(start_seconds) * format.sample_rate_hz)) {}

void SourceReader::read_until(std::int64_t end) {
  while (first_kept_ + static_cast<std::int64_t>(kept_[0].size()) < end) {
    if (is_over_ || !stream_.next(chunk_)) {
      is_over_ = true;
      for (auto& channel : kept_)
        channel.resize(static_cast<std::size_t>(end - first_kept_), 0.0f);
      return;
    }
    for (std::size_t c = 0; c < kept_.size(); ++c) {
      const auto samples = chunk_.channel(static_cast<int>(c));
      kept_[c].insert(kept_[c].end(), samples.begin(), samples.end());
    }
  }
}

std::span<const float> SourceReader::frames(int channel, std::int64_t begin, std::size_t count) {
  if (begin < first_kept_) {
    // Before the beginning of the file.
    for (auto& kept : kept_)
      kept.insert(kept.begin(), static_cast<std::size_t>(first_kept_ - begin), 0.0f);
    first_kept_ = begin;
  }
  read_until(begin + static_cast<std::int64_t>(count));
  return std::span<const float>(kept_[static_cast<std::size_t>(channel)])
      .subspan(static_cast<std::size_t>(begin - first_kept_), count);
}

void SourceReader::forget_before(std::int64_t frame) {
  if (frame - first_kept_ < kMaxForgotten)
    return;
  read_until(frame);
  for (auto& kept : kept_)
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(frame - first_kept_));
  first_kept_ = frame;
}

}  // namespace mess::internal
