// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "mess/audio.h"
#include "src/audio/planar_chunk.h"

namespace mess::internal {

/// Counts what a file has cost, against its limits. What a range drops counts too: it was decoded.
class DecodeMeter {
 public:
  DecodeMeter(std::string name, const DecodeLimits& limits) : name_(std::move(name)), limits_(limits) {}

  /// @throws DecodeError  a rate or channel count that nothing here supports
  void check_format(int sample_rate_hz, int num_channels) const;
  /// @throws DecodeError  too long, or too much audio from too few bytes
  void count(const PlanarChunk& chunk, std::int64_t num_encoded_bytes);

 private:
  std::string name_;
  DecodeLimits limits_;
  double decoded_seconds_ = 0.0;
  double decoded_bytes_ = 0.0;
};

}  // namespace mess::internal
