// SPDX-License-Identifier: MIT
#include "src/mix/time_map.h"

#include <cmath>

namespace mess::internal {

TimeMap::TimeMap(const MixPiece& piece) {
  if (!piece.entry || piece.entry->tier != TransitionTier::kBeatMatch || piece.entry->tempo_ratio == 1.0)
    return;
  ratio_ = piece.entry->tempo_ratio;
  overlap_ = piece.entry->overlap_seconds;
  return_ = piece.entry->return_seconds;
}

double TimeMap::source_seconds(double mix_seconds) const {
  if (mix_seconds <= overlap_)
    return ratio_ * mix_seconds;
  const double since = mix_seconds - overlap_;
  if (since < return_)
    return ratio_ * overlap_ + ratio_ * since + 0.5 * (1.0 - ratio_) * since * since / return_;
  return ratio_ * overlap_ + 0.5 * (ratio_ + 1.0) * return_ + (since - return_);
}

double TimeMap::mix_seconds(double source_seconds) const {
  if (source_seconds <= ratio_ * overlap_)
    return source_seconds / ratio_;
  const double since = source_seconds - ratio_ * overlap_;
  const double returned = 0.5 * (ratio_ + 1.0) * return_;
  if (since >= returned)
    return overlap_ + return_ + (since - returned);
  // The root of ratio t + (1 - ratio) t^2 / (2 return) = since.
  const double slope = (1.0 - ratio_) / return_;
  return overlap_ + (std::sqrt(ratio_ * ratio_ + 2.0 * slope * since) - ratio_) / slope;
}

}  // namespace mess::internal
