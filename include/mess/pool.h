// SPDX-License-Identifier: MIT
// Pooling turns frames into one vector per track.
#pragma once

#include <string>
#include <vector>

#include "mess/encode.h"

namespace mess {

enum class Pooling {
  kMean,     // D values: the mean over time
  kMeanStd,  // 2 D values: mean, then population standard deviation
};

struct PoolOptions {
  Pooling kind = Pooling::kMeanStd;
  bool l2_normalize = true;  // unit length, so that inner product is cosine; an all-zero vector stays zero
};

struct Embedding {
  std::vector<float> values;
  EncoderId encoder_id;  // of the frames, with `pooling` filled in
};

/// @throws InvalidArgument  no frames, or values that are not finite
MESS_API Embedding pool(const FramesView& frames, const PoolOptions& options = {});

/// "mean" or "mean_std". @throws InvalidArgument for another text
MESS_API Pooling parse_pooling(const std::string& text);
MESS_API std::string to_string(Pooling kind);

}  // namespace mess
