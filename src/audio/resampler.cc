// SPDX-License-Identifier: MIT
#include "src/audio/resampler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "mess/error.h"
#include "src/audio/decode_options.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace mess::internal {
namespace {

// Changing any of these changes embeddings: encoder versions must then be raised.
constexpr int kFilterTaps = 32;
constexpr int kKaiserBeta = 9;
constexpr double kCutoff = 0.97;
constexpr int kMinPhaseShift = 10;
constexpr double kMaxFilterCoefficients = 1 << 21;

/// log2 of the number of filter phases: enough for every phase of the exact ratio, unless the filter would grow too
/// large.
int phase_shift_for(int from_hz, int to_hz) {
  const auto num_phases = static_cast<unsigned>(to_hz / std::gcd(from_hz, to_hz));
  const double taps = kFilterTaps * std::max(1.0, static_cast<double>(from_hz) / to_hz);
  int shift = std::max<int>(kMinPhaseShift, std::bit_width(num_phases - 1));
  while (shift > kMinPhaseShift && std::ldexp(taps, shift) > kMaxFilterCoefficients)
    --shift;
  return shift;
}

SwrHandle make_swr(int from_hz, int to_hz, int num_channels) {
  AVChannelLayout layout = {};
  av_channel_layout_default(&layout, num_channels);
  SwrContext* swr = nullptr;
  int code =
      swr_alloc_set_opts2(&swr, &layout, AV_SAMPLE_FMT_FLTP, to_hz, &layout, AV_SAMPLE_FMT_FLTP, from_hz, 0, nullptr);
  SwrHandle handle(swr);
  if (code < 0 || swr == nullptr)
    throw std::bad_alloc();
  av_opt_set_sample_fmt(swr, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0);
  av_opt_set_int(swr, "resampler", SWR_ENGINE_SWR, 0);
  av_opt_set_int(swr, "filter_size", kFilterTaps, 0);
  av_opt_set_int(swr, "filter_type", SWR_FILTER_TYPE_KAISER, 0);
  av_opt_set_int(swr, "kaiser_beta", kKaiserBeta, 0);
  av_opt_set_double(swr, "cutoff", kCutoff, 0);
  av_opt_set_int(swr, "phase_shift", phase_shift_for(from_hz, to_hz), 0);
  av_opt_set_int(swr, "exact_rational", 1, 0);
  av_opt_set_int(swr, "linear_interp", 0, 0);
  code = swr_init(swr);
  if (code < 0)
    throw Error("[decode] resampler: expected to start, found: " + av_error_text(code));
  return handle;
}

}  // namespace

RateConverter::RateConverter(int from_hz, int to_hz, int num_channels)
    : swr_(make_swr(from_hz, to_hz, num_channels)), from_hz_(from_hz), to_hz_(to_hz), num_channels_(num_channels) {}

void RateConverter::run(const PlanarChunk* input, std::size_t room, PlanarChunk& output) {
  output.format.sample_rate_hz = to_hz_;
  output.resize(room, num_channels_);
  std::array<const std::uint8_t*, kMaxChannels> from{};
  std::array<std::uint8_t*, kMaxChannels> to{};
  for (int c = 0; c < num_channels_; ++c) {
    if (input != nullptr)
      from[static_cast<std::size_t>(c)] = reinterpret_cast<const std::uint8_t*>(input->channel(c));
    to[static_cast<std::size_t>(c)] = reinterpret_cast<std::uint8_t*>(output.channel(c));
  }
  const int num_inputs = input != nullptr ? static_cast<int>(input->num_frames) : 0;
  const int got =
      swr_convert(swr_.get(), to.data(), static_cast<int>(room), input != nullptr ? from.data() : nullptr, num_inputs);
  if (got < 0)
    throw Error("[decode] resampler: expected to convert, found: " + av_error_text(got));
  keep_frames(output, 0, static_cast<std::size_t>(got));
}

void RateConverter::convert(const PlanarChunk& input, PlanarChunk& output) {
  const int room = swr_get_out_samples(swr_.get(), static_cast<int>(input.num_frames));
  run(&input, static_cast<std::size_t>(std::max(0, room)), output);
  num_in_ += static_cast<std::int64_t>(input.num_frames);
  num_out_ += static_cast<std::int64_t>(output.num_frames);
}

void RateConverter::finish(PlanarChunk& output) {
  const std::int64_t total = (num_in_ * to_hz_ + from_hz_ - 1) / from_hz_;
  const auto missing = static_cast<std::size_t>(std::max<std::int64_t>(0, total - num_out_));
  run(nullptr, missing, output);
  if (output.num_frames == missing)
    return;
  // Rounding inside swresample may keep a last frame back.
  PlanarChunk padded;
  padded.format.sample_rate_hz = to_hz_;
  padded.resize(missing, num_channels_);
  for (int c = 0; c < num_channels_; ++c)
    std::copy_n(output.channel(c), output.num_frames, padded.channel(c));
  output = std::move(padded);
}

void Resampler::adapt_to(const PlanarChunk& input, const Emit& emit) {
  const int fewest = std::min(input.format.num_channels, output_.num_channels);
  // A filter is dear to make: a change of channels alone, far from the filter, keeps it.
  const bool keeps_rate = rate_ ? rate_->converts(input.format.sample_rate_hz, fewest)
                                : input.format.sample_rate_hz == output_.sample_rate_hz;
  if (!keeps_rate) {
    finish(emit);
    if (input.format.sample_rate_hz != output_.sample_rate_hz)
      rate_.emplace(input.format.sample_rate_hz, output_.sample_rate_hz, fewest);
  }
  input_ = input.format;
  speaker_mask_ = input.speaker_mask;
  mix_down_.reset();
  mix_up_.reset();
  if (input_.num_channels > fewest)
    mix_down_.emplace(input_.num_channels, fewest, speaker_mask_);
  if (output_.num_channels > fewest)
    mix_up_.emplace(fewest, output_.num_channels, 0);
}

void Resampler::push(const PlanarChunk& input, const Emit& emit) {
  if (input.format != input_ || input.speaker_mask != speaker_mask_)
    adapt_to(input, emit);
  const PlanarChunk* chunk = &input;
  if (mix_down_) {
    mix_down_->mix(*chunk, mixed_);
    chunk = &mixed_;
  }
  if (rate_) {
    rate_->convert(*chunk, converted_);
    chunk = &converted_;
  }
  emit_mixed_up(*chunk, emit);
}

void Resampler::finish(const Emit& emit) {
  if (!rate_)
    return;
  rate_->finish(converted_);
  rate_.reset();
  input_ = {};
  emit_mixed_up(converted_, emit);
}

void Resampler::emit_mixed_up(const PlanarChunk& chunk, const Emit& emit) {
  if (chunk.num_frames == 0)
    return;
  if (!mix_up_) {
    emit(chunk);
    return;
  }
  mix_up_->mix(chunk, spread_);
  emit(spread_);
}

}  // namespace mess::internal
