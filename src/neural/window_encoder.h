// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "mess/encode.h"

namespace mess::internal {

/// The Encoder over any AudioTower. @throws ModelError, InvalidArgument
std::unique_ptr<Encoder> open_folder_encoder(const std::string& folder, const EncoderOptions& options);

}  // namespace mess::internal
