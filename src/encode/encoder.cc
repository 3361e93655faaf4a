// SPDX-License-Identifier: MIT
#include "mess/encode.h"

namespace mess {

EncodeSession::~EncodeSession() = default;
Encoder::~Encoder() = default;
std::vector<VectorGroup> Encoder::track_vector_groups() const { return {}; }

}  // namespace mess
