// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "src/support/block_cutter.h"
#include "src/support/fft.h"

namespace mess::internal {

/// Energy of each pitch class, 0 = C; at concert pitch unless a tuning was taken out.
using Chroma = std::array<float, 12>;

/// What sounds in each pitch class, over time. Kept finely enough to correct the tuning once the whole track is known.
struct ChromaCurves {
  static constexpr std::size_t kBinsPerSemitone = 5;
  static constexpr std::size_t kNumBins = 12 * kBinsPerSemitone;
  using FineChroma = std::array<float, kNumBins>;  // bin 0 is centred on C at A = 440 Hz

  std::vector<Chroma> frames;  // each of unit sum, or all 0
  double frame_rate_hz = 0.0;
  double first_frame_seconds = 0.0;   // centre of frame 0
  std::vector<FineChroma> stretches;  // sums over stretches of stretch_seconds
  double stretch_seconds = 0.0;
  double tuning_cents = 0.0;  // of the whole track against A = 440 Hz, -50 to 50

  /// Sum of stretches [first, last) in tuned semitones.
  Chroma tuned_sum(std::size_t first, std::size_t last) const;
};

/// Pitch classes from spectral peaks (Gomez, "Tonal description of music audio signals", 2006: peaks also speak for the
/// tones whose harmonics they may be), streamed.
class ChromaExtractor {
 public:
  static constexpr int kSampleRateHz = 22050;
  static constexpr std::size_t kBlockSize = 8192;
  static constexpr std::size_t kHop = 2048;

  ChromaExtractor();
  /// Mono samples at kSampleRateHz.
  void push(std::span<const float> samples);
  /// Call once, after the last push.
  ChromaCurves finish();

 private:
  void add_block(std::span<const float> block);
  void add_peak(double bin, float magnitude);

  // Half a block of zeros before the start: frame 0 is centred on it.
  BlockCutter blocks_{kBlockSize, kHop, kBlockSize / 2};
  RealFft fft_{kBlockSize};
  std::vector<float> window_;
  std::vector<float> power_;
  ChromaCurves::FineChroma fine_{};  // of the current block
  double tuning_re_ = 0.0;           // sum of peaks as unit vectors, one turn per semitone
  double tuning_im_ = 0.0;
  ChromaCurves curves_;
};

}  // namespace mess::internal
