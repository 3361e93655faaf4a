// SPDX-License-Identifier: MIT
#include <array>

#include "mess/encode.h"
#include "mess/error.h"
#include "src/support/audio_check.h"

namespace mess {
namespace {

bool matches(const AudioView& audio, const AudioFormat& format) {
  return (format.sample_rate_hz == 0 || audio.sample_rate_hz == format.sample_rate_hz) &&
         (format.num_channels == 0 || audio.num_channels == format.num_channels);
}

}  // namespace

std::vector<Frames> Encoder::encode_batch(std::span<const AudioView> tracks) const {
  std::vector<AudioBuffer> converted;
  converted.reserve(tracks.size());  // views of its elements are taken
  std::vector<AudioView> views;
  views.reserve(tracks.size());
  for (const AudioView& track : tracks) {
    internal::check_audio_view(track, "encode");
    if (matches(track, input_format()))
      views.push_back(track);
    else
      views.emplace_back(converted.emplace_back(convert(track, input_format())));
  }
  return encode_converted(views);
}

Frames Encoder::encode_file(const AudioSource& source, const DecodeOptions& options) const {
  const auto session = start();
  const std::array<AudioSink*, 1> sinks{session.get()};
  decode_into(source, sinks, options);
  return session->finish();
}

}  // namespace mess
