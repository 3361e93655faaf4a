// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "src/neural/models/text_tower.h"

namespace mess::internal {

/// For the model types bert, roberta, xlm-roberta and mpnet, as sentence-transformers saves them.
std::unique_ptr<TextTower> make_sentence_tower(const ModelFolder& folder);

}  // namespace mess::internal
