// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include "mess/audio.h"
#include "mess/error.h"
#include "src/audio/decode_options.h"
#include "src/audio/planar_store.h"
#include "src/audio/resampler.h"

namespace mess {
namespace internal {
namespace {

constexpr std::size_t kBlockFrames = 1 << 16;

void check_view(const AudioView& audio) {
  const int rate = audio.sample_rate_hz;
  if (rate < kMinSampleRateHz || rate > kMaxSampleRateHz) {
    throw InvalidArgument("[decode] audio.sample_rate_hz: expected 4,000 to 384,000, found " + std::to_string(rate));
  }
  if (audio.num_channels < 1 || audio.num_channels > kMaxChannels) {
    throw InvalidArgument("[decode] audio.num_channels: expected 1 to 8, found " + std::to_string(audio.num_channels));
  }
  if (audio.samples.size() % static_cast<std::size_t>(audio.num_channels) != 0) {
    throw InvalidArgument("[decode] audio.samples: expected a multiple of " + std::to_string(audio.num_channels) +
                          " samples, found " + std::to_string(audio.samples.size()));
  }
}

PlanarChunk block_of(const AudioView& audio, std::size_t begin) {
  PlanarChunk block;
  block.format.sample_rate_hz = audio.sample_rate_hz;
  block.resize(std::min(kBlockFrames, audio.num_frames() - begin), audio.num_channels);
  for (int c = 0; c < audio.num_channels; ++c) {
    std::copy_n(audio.channel(c).data() + begin, block.num_frames, block.channel(c));
  }
  return block;
}

}  // namespace
}  // namespace internal

AudioBuffer convert(const AudioView& audio, const AudioFormat& format) {
  internal::check_view(audio);
  internal::check_wanted_format(format);
  internal::silence_ffmpeg();
  const AudioFormat source{audio.sample_rate_hz, audio.num_channels};
  const AudioFormat actual = internal::resolve_format(format, source);
  if (actual == source)
    return {{audio.samples.begin(), audio.samples.end()}, source.sample_rate_hz, source.num_channels};

  const auto rate_in = static_cast<std::size_t>(source.sample_rate_hz);
  const auto rate_out = static_cast<std::size_t>(actual.sample_rate_hz);
  const std::size_t num_frames = (audio.num_frames() * rate_out + rate_in - 1) / rate_in;
  internal::PlanarStore store("audio", actual.num_channels, num_frames, SIZE_MAX);
  internal::Resampler resampler(actual);
  const auto append = [&](const internal::PlanarChunk& chunk) { store.append(chunk); };
  for (std::size_t begin = 0; begin < audio.num_frames(); begin += internal::kBlockFrames) {
    resampler.push(internal::block_of(audio, begin), append);
  }
  resampler.finish(append);
  return {store.take(), actual.sample_rate_hz, actual.num_channels};
}

}  // namespace mess
