// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "mess/whitening.h"

namespace mess {

struct Whitening::Impl {
  EncoderId input_id;
  EncoderId encoder_id;
  std::size_t dim = 0;
  std::size_t num_components = 0;
  std::size_t num_vectors = 0;
  double shrinkage = 0.0;
  double explained_variance = 0.0;
  bool l2_normalize = true;
  std::vector<float> mean{};
  std::vector<float> components{};

  /// Fills in encoder_id.
  void name();
};

}  // namespace mess
