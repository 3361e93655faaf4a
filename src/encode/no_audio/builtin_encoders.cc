// SPDX-License-Identifier: MIT
#include "src/encode/builtin_encoders.h"

namespace mess::internal {

std::map<std::string, EncoderFactory> builtin_encoders() { return {{"dummy", make_dummy_encoder}}; }

}  // namespace mess::internal
