// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
  static constexpr double kBinHz = static_cast<double>(kSampleRateHz) / kBlockSize;
  static constexpr auto kFirstBin = static_cast<std::size_t>(60.0 / kBinHz);
  static constexpr auto kLastBin = static_cast<std::size_t>(3500.0 / kBinHz);

  void add_block(std::span<const float> block);
  void add_peak(std::size_t place);

  // What is known of a spectral bin.
  struct Place {
    float position;  // in fine bins above the C below
    float weight;    // by its distance from where a peak counts most
  };

  // Half a block of zeros before the start: frame 0 is centred on it.
  BlockCutter blocks_{kBlockSize, kHop, kBlockSize / 2};
  RealFft fft_{kBlockSize};
  std::vector<float> window_;
  // Of the bins from kFirstBin - 1 to kLastBin + 1:
  std::array<float, kLastBin - kFirstBin + 3> power_{};
  std::array<float, kLastBin - kFirstBin + 3> log_power_{};
  std::vector<Place> places_;
  std::array<std::uint16_t, kLastBin - kFirstBin + 3> peaks_{};
  std::array<float, 3 * ChromaCurves::kNumBins> reach_{};  // fine chroma of the block, over octaves to be joined
  std::array<double, 3 * 1200> tunings_{};  // magnitude of all peaks by cents above a C, over octaves to be joined
  ChromaCurves curves_;
};

}  // namespace mess::internal
