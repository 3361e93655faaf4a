// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "src/encode/acoustic/cepstrum.h"
#include "src/encode/acoustic/contrast.h"
#include "src/encode/acoustic/dynamics.h"
#include "src/encode/acoustic/gaussian.h"
#include "src/encode/acoustic/layout.h"
#include "src/encode/acoustic/modulation.h"
#include "src/encode/acoustic/pitch_profile.h"
#include "src/encode/acoustic/silence_gate.h"

namespace mess::internal::acoustic {

/// Gathers what describes a whole track, before any standardising. Memory does not grow with the track.
class TrackFeatures {
 public:
  explicit TrackFeatures(const PowerSpectrum& spectrum);

  /// Every spectrum in turn. @return whether it sounds
  bool add_spectrum(const PowerSpectrum& spectrum);
  /// After add_spectrum(), where these were computed and it sounds.
  void add_cepstrum(const Cepstrum& cepstrum);
  void add_contrast(const SpectralContrast& contrast) { contrast_.add(contrast.values()); }
  /// Every block of PitchProfile::kBlockSize samples.
  void add_pitch_block(std::span<const float> block) { pitches_.add_block(block); }

  /// num_track_features() values in the order of kBlocks; empty for silence.
  std::vector<float> values() const;

 private:
  double full_scale_power_;
  SilenceGate gate_;
  Gaussian mfcc_{kNumTrackMfcc};
  Gaussian delta_{kNumDeltaMfcc};
  Gaussian contrast_{2 * SpectralContrast::kNumBands};
  ModulationSpectrum rhythm_;
  PitchProfile pitches_;
  Dynamics dynamics_;
  std::vector<Cepstrum::Row> last_cepstra_;  // of the last sounding spectra in a row, at most kDeltaSteps
};

}  // namespace mess::internal::acoustic
