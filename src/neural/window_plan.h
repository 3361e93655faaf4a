// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mess/encode.h"
#include "src/neural/models/audio_tower.h"

namespace mess::internal {

/// How a track is cut into windows, and a window's output into frames.
struct WindowPlan {
  std::size_t window_samples = 0;
  std::size_t hop_samples = 0;
  std::size_t min_last_samples = 0;  // a last window that is shorter is left out, unless it is the only one
  std::size_t min_samples = 0;       // an only window that is shorter is padded with zeros
  double frame_seconds = 0.0;
  int sample_rate_hz = 0;

  /// @throws InvalidArgument  a window or hop that the model cannot take
  static WindowPlan of(const AudioTower& tower, const EncoderOptions& options);

  bool overlaps() const { return hop_samples != window_samples; }
  double window_seconds() const { return static_cast<double>(window_samples) / sample_rate_hz; }
  double hop_seconds() const { return static_cast<double>(hop_samples) / sample_rate_hz; }
  /// Frames that a window gives, when the model itself makes `num_native`. One where windows overlap: time then goes on by
  /// the hop.
  std::int64_t frames_of(std::size_t num_samples, std::int64_t num_native) const;
};

}  // namespace mess::internal
