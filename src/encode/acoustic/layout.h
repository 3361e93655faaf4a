// SPDX-License-Identifier: MIT
// The blocks of the track vector, in order.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "src/encode/acoustic/contrast.h"
#include "src/encode/acoustic/dynamics.h"
#include "src/encode/acoustic/gaussian.h"
#include "src/encode/acoustic/modulation.h"
#include "src/encode/acoustic/pitch_profile.h"

namespace mess::internal::acoustic {

inline constexpr std::size_t kNumTrackMfcc = 20;  // 0 to 19
inline constexpr std::size_t kNumDeltaMfcc = 13;
inline constexpr std::size_t kNumWhitened = 48;

struct Block {
  std::string_view group;
  std::size_t num_features;
  std::size_t num_values;  // fewer than the features where a block is whitened
  float weight;            // length of the block before the whole is scaled to unit length
};

inline constexpr std::array<Block, 8> kBlocks{{
    {"timbre", Gaussian::num_embedding_values(kNumTrackMfcc), Gaussian::num_embedding_values(kNumTrackMfcc), 1.0f},
    {"timbre", Gaussian::num_covariance_values(kNumDeltaMfcc), Gaussian::num_covariance_values(kNumDeltaMfcc), 1.0f},
    {"timbre", Gaussian::num_covariance_values(2 * SpectralContrast::kNumBands),
     Gaussian::num_covariance_values(2 * SpectralContrast::kNumBands), 1.0f},
    {"rhythm", ModulationSpectrum::kNumValues, ModulationSpectrum::kNumValues, 1.0f},
    {"harmony", PitchProfile::kNumPitches, kNumWhitened, 1.0f},
    {"harmony", PitchProfile::kNumPitches, kNumWhitened, 1.0f},
    {"harmony", PitchProfile::kNumChordValues, PitchProfile::kNumChordValues, 0.5f},
    {"dynamics", Dynamics::kNumValues, Dynamics::kNumValues, 0.3f},
}};

constexpr std::size_t num_track_features() {
  std::size_t sum = 0;
  for (const Block& block : kBlocks)
    sum += block.num_features;
  return sum;
}
constexpr std::size_t num_track_values() {
  std::size_t sum = 0;
  for (const Block& block : kBlocks)
    sum += block.num_values;
  return sum;
}

}  // namespace mess::internal::acoustic
