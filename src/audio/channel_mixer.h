// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// Changes the number of channels of a chunk.
///
/// To mono: the plain mean of all channels. From mono: a copy to each. More than two to stereo: swresample's matrix for
/// the speaker layout, scaled so that the weights of an output sum to at most 1. Otherwise the channels that both have.
class ChannelMixer {
 public:
  /// @param speaker_mask  of the input; 0 takes the usual layout for that many channels
  ChannelMixer(int num_inputs, int num_outputs, std::uint64_t speaker_mask);

  int num_outputs() const { return num_outputs_; }
  void mix(const PlanarChunk& input, PlanarChunk& output) const;

 private:
  int num_inputs_;
  int num_outputs_;
  std::vector<float> weights_;  // output after output
};

}  // namespace mess::internal
