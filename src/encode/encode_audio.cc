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

Frames encode_matching(const Encoder& encoder, const AudioView& audio) {
  const auto session = encoder.start();
  session->begin({audio.sample_rate_hz, audio.num_channels});
  session->push(audio.samples);
  return session->finish();
}

}  // namespace

Frames Encoder::encode(const AudioView& audio) const {
  internal::check_audio_view(audio, "encode");
  if (matches(audio, input_format()))
    return encode_matching(*this, audio);
  return encode_matching(*this, convert(audio, input_format()));
}

Frames Encoder::encode_file(const AudioSource& source, const DecodeOptions& options) const {
  const auto session = start();
  const std::array<AudioSink*, 1> sinks{session.get()};
  decode_into(source, sinks, options);
  return session->finish();
}

}  // namespace mess
