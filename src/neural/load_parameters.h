// SPDX-License-Identifier: MIT
#pragma once

#include "src/neural/layers/parameters.h"
#include "src/neural/model_folder.h"
#include "src/neural/tensor/checkpoint.h"

namespace mess::internal {

/// Fills every parameter from the folder's checkpoint and brings the layers to their place.
/// @throws ModelError  listing missing, unexpected and misshapen tensors
void load_parameters(const Parameters& parameters, const ModelFolder& folder, const KeyRules& rules,
                     const Placement& placement);

}  // namespace mess::internal
