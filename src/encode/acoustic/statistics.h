// SPDX-License-Identifier: MIT
// Numbers fitted by python/mess/training/acoustic_statistics.py, which writes statistics.cc.
#pragma once

#include <array>

#include "src/encode/acoustic/layout.h"
#include "src/encode/acoustic/texture.h"

namespace mess::internal::acoustic {

extern const std::array<float, Texture::kDim> kFrameMean;
extern const std::array<float, Texture::kDim> kFrameStd;
extern const std::array<float, num_track_features()> kTrackMean;
extern const std::array<float, num_track_features()> kTrackStd;
/// Two matrices, kNumWhitened x kNumPitches each: of the log means, then of the mean shares.
extern const std::array<float, 2 * kNumWhitened * PitchProfile::kNumPitches> kPitchWhitening;

}  // namespace mess::internal::acoustic
