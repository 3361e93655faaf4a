// SPDX-License-Identifier: MIT
#include "mess/audio.h"

namespace mess {

// Here and not in src/audio: encoders are sinks also in a build without the audio stage.
AudioSink::~AudioSink() = default;

}  // namespace mess
