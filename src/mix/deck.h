// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "src/mix/stretcher.h"

namespace mess::internal {

/// The edge of a piece: how it comes in, or goes out.
struct Edge {
  std::int64_t frames = 0;  // how long it takes
  bool is_overlap = false;  // with another piece, at equal power
  double swap_share = 0.0;  // of the edge around its middle where the bass changes hands; 0: with the rest
};

/// A piece on the timeline, at its level, with its edges faded.
class Deck {
 public:
  Deck(const MixPiece& piece, const AudioFormat& format, const Edge& entry, const Edge& exit);

  std::int64_t start_frame() const { return start_frame_; }
  std::int64_t end_frame() const { return end_frame_; }
  /// Adds its next frames to `mix`, channel after channel.
  void add_to(std::span<float> mix, std::size_t num_mix_frames, std::size_t offset, std::size_t count);

 private:
  // A second-order low-pass; what it leaves is the rest of the sound, so that both add up to it exactly.
  struct LowPass {
    double state1 = 0.0;
    double state2 = 0.0;
  };
  struct Gains {
    float all;
    float bass;
  };

  Gains gains_at(std::int64_t frame) const;
  float low_of(LowPass& state, float sample) const;

  Stretcher stretcher_;
  AudioFormat format_;
  Edge entry_;
  Edge exit_;
  std::int64_t start_frame_;
  std::int64_t end_frame_;
  std::int64_t done_ = 0;
  float level_;
  std::array<double, 5> low_pass_{};  // b0, b1, b2, a1, a2
  std::vector<LowPass> low_states_;   // of each channel
  std::vector<float> samples_;
};

}  // namespace mess::internal
