// SPDX-License-Identifier: MIT
#include "mess/encode.h"

namespace mess {

EncodeSession::~EncodeSession() = default;
Encoder::~Encoder() = default;

}  // namespace mess
