// SPDX-License-Identifier: MIT
// Encoder::encode in a build without the audio stage: nothing can be decoded or resampled.
#include "mess/encode.h"
#include "mess/error.h"
#include "src/support/audio_check.h"

namespace mess {

std::vector<Frames> Encoder::encode_batch(std::span<const AudioView> tracks) const {
  const AudioFormat wanted = input_format();
  for (const AudioView& audio : tracks) {
    internal::check_audio_view(audio, "encode");
    if ((wanted.sample_rate_hz != 0 && audio.sample_rate_hz != wanted.sample_rate_hz) ||
        (wanted.num_channels != 0 && audio.num_channels != wanted.num_channels)) {
      throw InvalidArgument("[encode] audio: expected " + std::to_string(wanted.sample_rate_hz) + " Hz and " +
                            std::to_string(wanted.num_channels) +
                            " channels (this build has no audio stage to convert), found " +
                            std::to_string(audio.sample_rate_hz) + " Hz and " + std::to_string(audio.num_channels));
    }
  }
  return encode_converted(tracks);
}

Frames Encoder::encode_file(const AudioSource&, const DecodeOptions&) const {
  throw DecodeError("[encode] expected a build with the audio stage to read files, found MESS_STAGES without it");
}

}  // namespace mess
