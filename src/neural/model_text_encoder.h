// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "mess/text.h"

namespace mess::internal {

/// The TextEncoder over any TextTower. @throws ModelError, InvalidArgument
std::unique_ptr<TextEncoder> open_text_encoder(const std::string& folder, const TextEncoderOptions& options);

}  // namespace mess::internal
