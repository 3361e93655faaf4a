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

/// How strongly something begins, at 86 moments per second, in three ranges of pitch.
struct OnsetCurves {
  static constexpr std::size_t kNumRanges = 3;  // below 200 Hz, 200 to 2,000 Hz, above

  std::vector<float> total;                           // sum over all bands
  std::array<std::vector<float>, kNumRanges> ranges;  // each as long as total
  double frame_rate_hz = 0.0;
  double first_frame_seconds = 0.0;  // moment that frame 0 speaks of
  double centroid_hz = 0.0;          // geometric centre of the band amplitudes of the whole track; 0 for silence
};

/// Spectral flux of log band levels, streamed: 36 bands from 27 Hz to 10 kHz; each level is compared with the largest of
/// its neighbourhood two frames earlier (Boeck and Widmer, "Maximum filter vibrato suppression for onset detection",
/// DAFx 2013). Levels count from 60 dB below the loudest of the last seconds, so gain does not matter.
class OnsetStrength {
 public:
  static constexpr int kSampleRateHz = 22050;
  static constexpr std::size_t kBlockSize = 1024;
  static constexpr std::size_t kHop = 256;

  OnsetStrength();
  /// Mono samples at kSampleRateHz.
  void push(std::span<const float> samples);
  /// Call once, after the last push.
  OnsetCurves finish();

 private:
  static constexpr std::size_t kNumBands = 36;
  using Levels = std::array<float, kNumBands>;

  Levels band_levels(std::span<const float> block);
  void add_flux(const Levels& levels);

  // Zeros before the start: a sound that begins at once is an onset too.
  BlockCutter blocks_{kBlockSize, kHop, kBlockSize - kHop};
  RealFft fft_{kBlockSize};
  std::vector<float> window_;
  std::array<std::size_t, kNumBands + 1> edges_{};  // first bin of each band
  std::array<std::uint8_t, kNumBands> range_of_{};  // index into OnsetCurves::ranges
  std::array<Levels, 2> before_{};                  // levels one and two frames ago
  std::array<float, kNumBands> log_centre_hz_{};
  double amplitude_sum_ = 0.0;
  double weighted_log_hz_ = 0.0;
  float reference_ = 0.0f;  // loudest band of the last seconds
  OnsetCurves curves_;
};

}  // namespace mess::internal
