// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "src/encode/acoustic/filterbank.h"
#include "src/encode/acoustic/silence_gate.h"
#include "src/encode/acoustic/spectrum.h"

namespace mess::internal::acoustic {

/// Which of 96 semitones from C1 sound, over the whole track, and how chords are built whatever their key.
class PitchProfile {
 public:
  static constexpr std::size_t kNumPitches = 96;
  static constexpr std::size_t kNumIntervals = 6;
  static constexpr std::size_t kNumChordValues = 4 * kNumIntervals;
  static constexpr std::size_t kBlockSize = 8192;
  static constexpr std::size_t kBlockHop = 4096;

  PitchProfile();
  /// @param block  kBlockSize samples
  void add_block(std::span<const float> block);

  std::size_t count() const { return count_; }
  // These need count() > 0.
  /// log of the mean magnitude of each pitch, relative to the mean over pitches.
  std::vector<float> log_means() const;
  /// Mean of the square root of each pitch's share of its spectrum: weak and loud moments count the same.
  std::vector<float> mean_shares() const;
  /// Of the chroma vectors, autocorrelation at 1 to 6 semitones and magnitude of the DFT at 1 to 6 cycles per octave:
  /// means, then deviations, of the former, then of the latter. A transposition changes none of them.
  std::vector<float> chord_values() const;

 private:
  void add_chords();

  PowerSpectrum spectrum_{kBlockSize};
  SilenceGate gate_;
  Filterbank filters_;
  std::vector<float> magnitudes_;
  std::array<float, kNumPitches> pitches_{};
  std::size_t count_ = 0;
  std::array<double, kNumPitches> sums_{};
  std::array<double, kNumPitches> share_sums_{};
  std::array<double, 2 * kNumIntervals> chord_sums_{};
  std::array<double, 2 * kNumIntervals> chord_squares_{};
};

}  // namespace mess::internal::acoustic
