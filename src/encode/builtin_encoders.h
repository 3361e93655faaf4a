// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "mess/encode.h"

namespace mess::internal {

/// The encoders this build of libmess brings. CMake chooses the implementation: the acoustic encoder needs the FFT that
/// comes with the audio stage.
std::map<std::string, EncoderFactory> builtin_encoders();

std::unique_ptr<Encoder> make_dummy_encoder(const EncoderOptions& options);
std::unique_ptr<Encoder> make_acoustic_encoder(const EncoderOptions& options);

}  // namespace mess::internal
