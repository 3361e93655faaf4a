// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "mess/moments.h"

namespace mess {
namespace {

constexpr std::size_t kMaxPhases = 64;

AudioBuffer without_beginning(const AudioView& audio, std::size_t num_skipped) {
  const std::size_t num_frames = audio.num_frames();
  AudioBuffer rest;
  rest.sample_rate_hz = audio.sample_rate_hz;
  rest.num_channels = audio.num_channels;
  rest.samples.reserve((num_frames - num_skipped) * static_cast<std::size_t>(audio.num_channels));
  for (int c = 0; c < audio.num_channels; ++c) {
    const std::span<const float> channel =
        audio.samples.subspan(static_cast<std::size_t>(c) * num_frames + num_skipped, num_frames - num_skipped);
    rest.samples.insert(rest.samples.end(), channel.begin(), channel.end());
  }
  return rest;
}

// Frames that begin in the audio but reach beyond its end hear silence that a longer track does not have.
void keep_whole_frames(Frames& frames, double seconds) {
  const double whole = std::floor((seconds - frames.window_seconds) / frames.hop_seconds + 1e-9) + 1.0;
  const auto kept = static_cast<std::size_t>(std::max(1.0, whole));
  if (kept < frames.num_frames) {
    frames.num_frames = kept;
    frames.values.resize(kept * frames.dim);
  }
}

}  // namespace

Passage Passage::from_frames(Frames frames) {
  Passage passage;
  const double last = frames.num_frames > 0 ? static_cast<double>(frames.num_frames - 1) * frames.hop_seconds : 0.0;
  passage.duration_seconds = last + std::max(frames.window_seconds, frames.hop_seconds);
  passage.phases.push_back(std::move(frames));
  return passage;
}

Passage encode_passage(const Encoder& encoder, const AudioView& audio, std::size_t num_phases) {
  if (num_phases == 0 || num_phases > kMaxPhases)
    throw InvalidArgument("[moments] num_phases: expected 1 to " + std::to_string(kMaxPhases) + ", found " +
                          std::to_string(num_phases));
  Passage passage;
  passage.phases.push_back(encoder.encode(audio));
  passage.duration_seconds = static_cast<double>(audio.num_frames()) / audio.sample_rate_hz;
  const double hop_seconds = passage.phases.front().hop_seconds;
  keep_whole_frames(passage.phases.front(), passage.duration_seconds);
  for (std::size_t i = 1; i < num_phases; ++i) {
    const double skipped_seconds = hop_seconds * static_cast<double>(i) / static_cast<double>(num_phases);
    const auto num_skipped = static_cast<std::size_t>(std::llround(skipped_seconds * audio.sample_rate_hz));
    // A clip too short for all phases has the first: phases must be evenly spaced.
    if (num_skipped >= audio.num_frames()) {
      passage.phases.resize(1);
      break;
    }
    Frames frames = encoder.encode(without_beginning(audio, num_skipped));
    keep_whole_frames(frames, passage.duration_seconds - skipped_seconds);
    passage.phases.push_back(std::move(frames));
  }
  return passage;
}

}  // namespace mess
