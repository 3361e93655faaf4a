// SPDX-License-Identifier: MIT
#pragma once

#include "mess/mix.h"

namespace mess::internal {

/// How the time of a piece's file runs against that of the mix, both from the piece's entry: at the ratio of the overlap,
/// then evenly back to 1, then side by side.
class TimeMap {
 public:
  explicit TimeMap(const MixPiece& piece);

  double source_seconds(double mix_seconds) const;
  double mix_seconds(double source_seconds) const;
  /// Behind it the file runs at its own tempo.
  double stretched_mix_seconds() const { return overlap_ + return_; }

 private:
  double ratio_ = 1.0;
  double overlap_ = 0.0;  // of the mix
  double return_ = 0.0;
};

}  // namespace mess::internal
