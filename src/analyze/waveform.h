// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mess/analyze.h"

namespace mess::internal {

/// Lowest and highest sample of equal pieces of a track whose length is not known before its end: when there are too many
/// pieces, neighbours join.
class Waveform {
 public:
  /// @param chunk  channel after channel
  void push(std::span<const float> chunk, std::size_t num_channels);
  /// Fewer than kMaxPieces; the last piece may be shorter than the others.
  std::vector<WaveformPiece> finish();

 private:
  static constexpr std::size_t kMaxPieces = 1000;

  void join_neighbours();

  std::vector<WaveformPiece> pieces_;
  std::size_t piece_size_ = 64;  // frames
  std::size_t piece_fill_ = 0;   // frames in the last piece
};

}  // namespace mess::internal
