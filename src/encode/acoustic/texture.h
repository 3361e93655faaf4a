// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "src/encode/acoustic/cepstrum.h"
#include "src/encode/acoustic/contrast.h"

namespace mess::internal::acoustic {

/// The frames of a track: each tells the mean, the deviation and the mean absolute step of 31 features over 16 consecutive
/// rows: MFCC 1 to 20 (no 0: level does not matter), spectral contrast of 8 bands, centroid, roll-off and flatness.
class Texture {
 public:
  static constexpr std::size_t kNumMfcc = Cepstrum::kNumCoefficients - 1;
  static constexpr std::size_t kNumFeatures = kNumMfcc + SpectralContrast::kNumBands + 3;
  static constexpr std::size_t kDim = 3 * kNumFeatures;
  static constexpr std::size_t kRowsPerFrame = 16;
  static constexpr std::size_t kRowsPerHop = 8;

  void add(const Cepstrum& cepstrum, const SpectralContrast& contrast);
  /// Frames so far, kDim values each; what is left over becomes a last one. Unstandardised. Needs one add().
  std::vector<float> finish();

 private:
  void describe();

  std::vector<std::array<float, kNumFeatures>> rows_;
  std::vector<float> frames_;
};

}  // namespace mess::internal::acoustic
