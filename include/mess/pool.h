// SPDX-License-Identifier: MIT
// Pooling turns frames into one vector per track.
#pragma once

#include <string>
#include <vector>

#include "mess/encode.h"

namespace mess {

enum class Pooling {
  kAuto,     // kTrack where the encoder gives a track vector, otherwise kMeanStd
  kTrack,    // the encoder's own vector of the track
  kMean,     // D values: the mean over time
  kMeanStd,  // 2 D values: mean, then population standard deviation
};

struct PoolOptions {
  Pooling kind = Pooling::kAuto;
  bool l2_normalize = true;  // unit length, so that inner product is cosine; an all-zero vector stays zero
};

struct Embedding {
  std::vector<float> values;
  EncoderId encoder_id;  // of the frames, with `pooling` filled in: "track", "mean" or "mean_std"
};

/// @throws InvalidArgument  no frames, values that are not finite, or kTrack of frames without a track vector
MESS_API Embedding pool(const FramesView& frames, const PoolOptions& options = {});

/// The id of what pool() makes of this encoder's frames: "acoustic/2+track", or "dummy/1+mean_std".
/// @throws InvalidArgument  kTrack of an encoder that makes no track vector
MESS_API EncoderId pooled_id(const Encoder& encoder, Pooling kind = Pooling::kAuto);

/// "auto", "track", "mean" or "mean_std". @throws InvalidArgument for another text
MESS_API Pooling parse_pooling(const std::string& text);
MESS_API std::string to_string(Pooling kind);

}  // namespace mess
