// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "src/audio/channel_mixer.h"
#include "src/audio/ffmpeg_handles.h"
#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// libswresample with the settings that embeddings depend on. N frames in give ceil(N * out / in) frames out.
class RateConverter {
 public:
  RateConverter(int from_hz, int to_hz, int num_channels);

  void convert(const PlanarChunk& input, PlanarChunk& output);
  /// What is still inside.
  void finish(PlanarChunk& output);
  bool converts(int from_hz, int num_channels) const { return from_hz_ == from_hz && num_channels_ == num_channels; }

 private:
  void run(const PlanarChunk* input, std::size_t room, PlanarChunk& output);

  SwrHandle swr_;
  int from_hz_;
  int to_hz_;
  int num_channels_;
  std::int64_t num_in_ = 0;
  std::int64_t num_out_ = 0;
};

/// Brings chunks of any format to one format, and goes on when the format of its input changes midway.
class Resampler {
 public:
  using Emit = std::function<void(const PlanarChunk&)>;

  explicit Resampler(const AudioFormat& output) : output_(output) {}

  void push(const PlanarChunk& input, const Emit& emit);
  void finish(const Emit& emit);

 private:
  void adapt_to(const PlanarChunk& input, const Emit& emit);
  void emit_mixed_up(const PlanarChunk& chunk, const Emit& emit);

  AudioFormat output_;
  AudioFormat input_;  // of the chunks so far
  std::uint64_t speaker_mask_ = 0;
  std::optional<ChannelMixer> mix_down_;  // before the rate changes: fewer channels to convert
  std::optional<RateConverter> rate_;
  std::optional<ChannelMixer> mix_up_;  // behind it, for the same reason
  PlanarChunk mixed_;
  PlanarChunk converted_;
  PlanarChunk spread_;
};

}  // namespace mess::internal
