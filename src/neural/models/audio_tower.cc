// SPDX-License-Identifier: MIT
#include "src/neural/models/audio_tower.h"

#include "mess/error.h"
#include "src/neural/models/clap.h"
#include "src/neural/models/hubert.h"

namespace mess::internal {

std::unique_ptr<AudioTower> make_audio_tower(const ModelFolder& folder, const EncoderOptions& options) {
  const std::string& type = folder.model_type;
  if (type == "mert_model" || type == "hubert")
    return make_hubert_tower(folder, options);
  if (type == "clap")
    return make_clap_audio_tower(folder);
  throw ModelError("[neural] " + folder.config.name() +
                   ": model_type: expected an audio model (mert_model, hubert, clap), found " + type);
}

}  // namespace mess::internal
