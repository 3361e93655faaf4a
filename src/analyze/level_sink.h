// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mess/analyze.h"
#include "src/analyze/k_weighting.h"
#include "src/analyze/true_peak.h"
#include "src/analyze/waveform.h"

namespace mess::internal {

/// Hears the file as it is: loudness, peaks, where it sounds, how it ends, its energy and its outline.
class LevelSink : public AudioSink {
 public:
  AudioFormat wanted_format() const override { return {}; }
  void begin(const AudioFormat& actual) override;
  void push(std::span<const float> chunk) override;
  /// Fills in duration, loudness, sounding, ending, energy and waveform.
  void finish(Analysis& analysis);

 private:
  void add_run(std::span<const float> chunk, std::size_t chunk_frames, std::size_t first, std::size_t count);
  void end_step();
  SoundingRange sounding_range() const;
  double duration_seconds() const;

  AudioFormat format_;
  std::vector<KWeighting> filters_;  // one for each pair of channels
  std::vector<TruePeak> true_peaks_;
  std::vector<double> weights_;
  Waveform waveform_;
  std::size_t step_size_ = 0;  // frames in 100 ms
  std::size_t step_fill_ = 0;
  double weighted_energy_ = 0.0;  // of the current step, K-weighted, channels weighted and summed
  double plain_energy_ = 0.0;     // of the current step, summed over channels
  std::vector<float> weighted_powers_;
  std::vector<float> plain_powers_;
  std::size_t num_frames_ = 0;
};

}  // namespace mess::internal
