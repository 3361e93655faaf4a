// SPDX-License-Identifier: MIT
// CLAP: sounds and texts in one space.
//   Wu et al. 2023, "Large-scale contrastive language-audio pretraining with feature fusion and keyword-to-caption
//   augmentation"
#pragma once

#include <memory>

#include "src/neural/models/audio_tower.h"
#include "src/neural/models/text_tower.h"

namespace mess::internal {

/// One vector of unit length per window of at most 10 s; shorter windows are repeated to fill it.
std::unique_ptr<AudioTower> make_clap_audio_tower(const ModelFolder& folder);

/// The vector of the text's first token.
std::unique_ptr<TextTower> make_clap_text_tower(const ModelFolder& folder);

}  // namespace mess::internal
