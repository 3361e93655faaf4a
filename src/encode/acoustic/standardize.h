// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "mess/encode.h"

namespace mess::internal::acoustic {

/// Each block of features to zero mean and unit deviation by fixed numbers, clipped at 5 deviations, whitened where that
/// helps, scaled to its weight; the whole to unit length.
/// @param features  num_track_features() values, or none: then the vector is all zeros
/// @return num_track_values() values
std::vector<float> standardize_track(std::span<const float> features);

/// Runs of blocks of one name.
std::vector<VectorGroup> track_vector_groups();

}  // namespace mess::internal::acoustic
