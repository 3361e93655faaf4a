// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/encode/acoustic/cepstrum.h"
#include "src/encode/acoustic/contrast.h"
#include "src/encode/acoustic/texture.h"
#include "src/encode/acoustic/track_features.h"
#include "src/support/block_cutter.h"

namespace mess::internal::acoustic {

/// One pass over one track: mono samples at kSampleRateHz to frames and track features, neither standardised.
class FeaturesSession {
 public:
  static constexpr std::size_t kBlockSize = 2048;
  static constexpr std::size_t kBlockHop = 512;
  static constexpr std::size_t kSpectraPerRow = 2;  // of the cepstrum
  static constexpr std::size_t kSpectraPerContrast = 4;

  void push(std::span<const float> samples);
  /// Call once, after the last push(). @throws InvalidArgument when nothing was pushed
  void finish();
  std::vector<float> take_frames() { return texture_.finish(); }
  std::vector<float> track_features() const { return track_.values(); }

 private:
  void add_block(std::span<const float> block);

  BlockCutter blocks_{kBlockSize, kBlockHop};
  BlockCutter pitch_blocks_{PitchProfile::kBlockSize, PitchProfile::kBlockHop};
  std::size_t num_spectra_ = 0;
  PowerSpectrum spectrum_{kBlockSize};
  Cepstrum cepstrum_{kBlockSize};
  SpectralContrast contrast_{kBlockSize};
  Texture texture_;
  TrackFeatures track_{spectrum_};
};

}  // namespace mess::internal::acoustic
