// SPDX-License-Identifier: MIT
#include "src/audio/decode_session.h"

#include <algorithm>
#include <cmath>

#include "src/audio/decode_error.h"
#include "src/audio/decode_options.h"
#include "src/audio/decode_warnings.h"
#include "src/audio/frame_samples.h"
#include "src/audio/range_jump.h"
#include "src/support/audio_check.h"

namespace mess::internal {
namespace {

// Nearer to the start than this, a jump saves nothing.
constexpr double kMinJumpSeconds = 2.0;
// No codec that people use for music gives more decoded bytes per byte; a claim beyond that is not worth memory.
constexpr std::int64_t kPlausibleExpansion = 64;
// Joined files change their format now and then; each change may cost a new resampling filter.
constexpr int kMaxFormatChanges = 256;

std::int64_t replace_nonfinite(PlanarChunk& chunk) {
  std::int64_t num_replaced = 0;
  for (float& sample : chunk.samples) {
    if (std::abs(sample) <= kLargestSample)
      continue;
    sample = 0.0f;
    ++num_replaced;
  }
  return num_replaced;
}

}  // namespace

DecodeSession::DecodeSession(const AudioSource& source, const DecodeOptions& options)
    : options_(options), budget_(options.limits.timeout_seconds) {
  check_options(options);
  const TimeBudget::Running running(budget_);
  open(source, Access::kMayJump);
}

void DecodeSession::open(const AudioSource& source, Access access) {
  decoder_.reset();
  demuxer_ = std::make_unique<Demuxer>(source, budget_, Coverage::kAudioOnly);
  decoder_ = std::make_unique<Decoder>(*demuxer_);
  meter_ = std::make_unique<DecodeMeter>(name(), options_.limits);
  position_ = 0;
  if (!decode_frame(waiting_)) {
    throw decode_error(name(), "decodable audio",
                       "none (" + std::to_string(decoder_->num_bad_packets()) + " packets could not be decoded)");
  }
  summary_.source_format = waiting_.format;
  const double rate = source_format().sample_rate_hz;
  range_begin_ = std::llround(options_.start_seconds * rate);
  if (options_.duration_seconds > 0.0)
    range_end_ = range_begin_ + std::max<std::int64_t>(1, std::llround(options_.duration_seconds * rate));
  if (access == Access::kMayJump && options_.start_seconds > kMinJumpSeconds && !go_to_range()) {
    open(source, Access::kFromStart);
  }
}

/// False when the file did not lead where it should have: then only decoding from its start is exact.
bool DecodeSession::go_to_range() {
  RangeJump jump(*demuxer_, *decoder_, source_format().sample_rate_hz, last_timestamp_);
  if (!jump.is_possible())
    return true;
  if (!jump.jump_before(range_begin_) || !decode_frame(waiting_))
    return false;
  const auto frame = jump.frame_at(last_timestamp_);
  if (!frame || *frame > range_begin_ || waiting_.format != source_format())
    return false;
  position_ = *frame;
  return true;
}

bool DecodeSession::decode_frame(PlanarChunk& chunk) {
  while (const AVFrame* frame = decoder_->next()) {
    if (frame->nb_samples <= 0)
      continue;
    meter_->check_format(frame->sample_rate, frame->ch_layout.nb_channels);
    if (!copy_samples(*frame, chunk))
      throw decode_error(name(), "samples of a known type", std::to_string(frame->format));
    meter_->count(chunk, decoder_->num_encoded_bytes());
    last_timestamp_ = frame->pts;
    return true;
  }
  return false;
}

std::size_t DecodeSession::expected_num_frames() const {
  const double rate = source_format().sample_rate_hz;
  const std::int64_t plausible = demuxer_->num_file_bytes() * kPlausibleExpansion /
                                 (source_format().num_channels * static_cast<std::int64_t>(sizeof(float)));
  const double claimed = std::min(claimed_duration_seconds(*demuxer_) * rate, static_cast<double>(plausible));
  const std::int64_t end = std::min(static_cast<std::int64_t>(claimed) + 1, range_end_);
  return static_cast<std::size_t>(std::max<std::int64_t>(0, end - range_begin_));
}

bool DecodeSession::next(PlanarChunk& chunk) {
  if (is_finished_)
    return false;
  const TimeBudget::Running running(budget_);
  while (position_ < range_end_) {
    if (waiting_.num_frames > 0) {
      std::swap(chunk, waiting_);
      waiting_.num_frames = 0;
    } else if (!decode_frame(chunk)) {
      finish(true);
      return false;
    }
    count_format_change(chunk.format);
    cut_to_range(chunk);
    if (chunk.num_frames == 0)
      continue;
    summary_.num_nonfinite_samples += replace_nonfinite(chunk);
    return true;
  }
  finish(false);
  return false;
}

void DecodeSession::count_format_change(const AudioFormat& format) {
  if (last_format_ != AudioFormat() && format != last_format_ && ++num_format_changes_ > kMaxFormatChanges) {
    throw decode_error(name(), "at most " + std::to_string(kMaxFormatChanges) + " changes of rate or channels", "more");
  }
  last_format_ = format;
}

void DecodeSession::cut_to_range(PlanarChunk& chunk) {
  // A file may change its rate midway; positions stay in frames of the rate it began with.
  const double scale = static_cast<double>(source_format().sample_rate_hz) / chunk.format.sample_rate_hz;
  const auto to_position = [&](std::size_t frame) {
    return position_ + std::llround(static_cast<double>(frame) * scale);
  };
  const auto to_frame = [&](std::int64_t position) {
    const double frame = std::round(static_cast<double>(position - position_) / scale);
    return static_cast<std::size_t>(std::clamp(frame, 0.0, static_cast<double>(chunk.num_frames)));
  };
  const std::int64_t chunk_end = to_position(chunk.num_frames);
  const std::int64_t range_begin = std::clamp(range_begin_, position_, chunk_end);
  const std::int64_t range_end = std::clamp(range_end_, position_, chunk_end);
  const std::size_t begin = to_frame(range_begin);
  const std::size_t end = to_frame(range_end);
  num_given_frames_ += std::max<std::int64_t>(0, range_end - range_begin);
  keep_frames(chunk, begin, std::max(begin, end));
  position_ = chunk_end;
}

void DecodeSession::finish(bool is_end_of_file) {
  is_finished_ = true;
  const double rate = source_format().sample_rate_hz;
  const double end_seconds = static_cast<double>(position_) / rate;
  summary_.duration_seconds = static_cast<double>(num_given_frames_) / rate;
  if (num_given_frames_ == 0) {
    throw decode_error(name(), "audio at " + seconds_text(options_.start_seconds),
                       "its end at " + seconds_text(end_seconds));
  }
  summary_.num_bad_packets = decoder_->num_bad_packets();
  summary_.warnings = decode_warnings(*demuxer_, summary_, is_end_of_file ? end_seconds : -1.0);
}

}  // namespace mess::internal
