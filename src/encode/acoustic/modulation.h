// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "src/encode/acoustic/filterbank.h"
#include "src/encode/acoustic/spectrum.h"
#include "src/support/fft.h"

namespace mess::internal::acoustic {

/// Rhythm: how strongly each of 8 mel bands pulses at each rate from 0.3 to 10.5 Hz, over windows of 6 s.
class ModulationSpectrum {
 public:
  static constexpr std::size_t kNumBands = 8;
  static constexpr std::size_t kWindowSteps = 256;
  static constexpr std::size_t kFirstRate = 2;  // bins of the window's FFT
  static constexpr std::size_t kNumRates = 61;
  static constexpr std::size_t kNumValues = kNumBands * kNumRates;

  explicit ModulationSpectrum(std::size_t fft_size);
  /// A sounding spectrum. @param loudest_power  largest mean power so far
  void add(const PowerSpectrum& spectrum, double loudest_power);
  /// A silent one: pauses up to 2 s keep their length, longer ones and those at either end are cut.
  void add_silence();
  /// Band after band, each of unit length; zeros for a band that never moved.
  std::vector<float> values() const;

 private:
  using Energies = std::array<float, kNumBands>;
  void add_energies(const Energies& log_energies);
  void add_window();
  std::vector<double> sums_of(const std::vector<Energies>& steps) const;

  Filterbank filters_;
  std::vector<float> window_;
  Energies last_{};
  float log_floor_ = 0.0f;
  bool has_last_ = false;
  std::size_t num_silent_ = 0;
  std::size_t num_windows_ = 0;
  std::vector<Energies> steps_;  // differences of log energies, at most kWindowSteps
  std::vector<double> sums_;     // magnitudes, kNumBands x kNumRates
};

}  // namespace mess::internal::acoustic
