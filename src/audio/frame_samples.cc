// SPDX-License-Identifier: MIT
#include "src/audio/frame_samples.h"

#include <cmath>
#include <limits>

namespace mess::internal {
namespace {

float to_float(std::uint8_t sample) { return (static_cast<float>(sample) - 128.0f) * 0x1p-7f; }
float to_float(std::int16_t sample) { return static_cast<float>(sample) * 0x1p-15f; }
float to_float(std::int32_t sample) { return static_cast<float>(sample) * 0x1p-31f; }
float to_float(std::int64_t sample) { return static_cast<float>(sample) * 0x1p-63f; }
float to_float(float sample) { return sample; }
float to_float(double sample) {
  // The cast of a value beyond float's range is undefined; an infinity is replaced with the rest.
  constexpr double kLargest = 3.4028234663852886e38;
  return std::abs(sample) <= kLargest ? static_cast<float>(sample) : std::numeric_limits<float>::infinity();
}

template <typename Sample>
void copy_typed(const AVFrame& frame, PlanarChunk& chunk) {
  const bool is_planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
  const std::size_t num_channels = static_cast<std::size_t>(chunk.format.num_channels);
  const std::size_t stride = is_planar ? 1 : num_channels;
  for (std::size_t c = 0; c < num_channels; ++c) {
    const auto* from = reinterpret_cast<const Sample*>(frame.extended_data[is_planar ? c : 0]) + (is_planar ? 0 : c);
    float* to = chunk.channel(static_cast<int>(c));
    for (std::size_t i = 0; i < chunk.num_frames; ++i) {
      to[i] = to_float(from[i * stride]);
    }
  }
}

}  // namespace

bool copy_samples(const AVFrame& frame, PlanarChunk& chunk) {
  chunk.format.sample_rate_hz = frame.sample_rate;
  chunk.speaker_mask = frame.ch_layout.order == AV_CHANNEL_ORDER_NATIVE ? frame.ch_layout.u.mask : 0;
  chunk.resize(static_cast<std::size_t>(frame.nb_samples), frame.ch_layout.nb_channels);
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      copy_typed<std::uint8_t>(frame, chunk);
      return true;
    case AV_SAMPLE_FMT_S16:
      copy_typed<std::int16_t>(frame, chunk);
      return true;
    case AV_SAMPLE_FMT_S32:
      copy_typed<std::int32_t>(frame, chunk);
      return true;
    case AV_SAMPLE_FMT_S64:
      copy_typed<std::int64_t>(frame, chunk);
      return true;
    case AV_SAMPLE_FMT_FLT:
      copy_typed<float>(frame, chunk);
      return true;
    case AV_SAMPLE_FMT_DBL:
      copy_typed<double>(frame, chunk);
      return true;
    default:
      return false;
  }
}

}  // namespace mess::internal
