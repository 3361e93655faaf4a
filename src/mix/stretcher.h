// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/mix/source_reader.h"
#include "src/mix/time_map.h"

namespace mess::internal {

/// Plays a piece along its time map: stretched without a change of pitch while the map says so, then sample by sample.
///
/// The method is WSOLA (Verhelst and Roelands, "An overlap-add technique based on waveform similarity for high quality
/// time-scale modification of speech", ICASSP 1993): pieces of 40 ms overlap by half, each taken within 6 ms of where the
/// map points, where it continues the one before best. The error of 6 ms never adds up: every piece starts from the map.
class Stretcher {
 public:
  Stretcher(const MixPiece& piece, const AudioFormat& format);

  /// The next frames, channel after channel; all channels have `out.size() / num_channels` of them.
  void read(std::span<float> out);

 private:
  void make_block();
  std::int64_t best_position(std::int64_t wanted);
  std::int64_t wanted_position(std::int64_t mix_frame) const;

  AudioFormat format_;
  TimeMap map_;
  SourceReader source_;
  std::int64_t hop_;        // frames of a block: half a piece
  std::int64_t tolerance_;  // frames
  std::int64_t stretched_;  // frames of the mix that are stretched, in whole blocks
  std::int64_t position_;   // in the source, of the piece before
  std::int64_t done_ = 0;   // frames of the mix
  std::vector<float> rise_;
  std::vector<std::vector<float>> block_;
  std::size_t block_used_;
};

}  // namespace mess::internal
