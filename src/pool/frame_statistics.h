// SPDX-License-Identifier: MIT
// The pooling formulas over a range of frames.
#pragma once

#include <optional>
#include <span>

#include "mess/pool.h"
#include "src/pool/frame_moments.h"

namespace mess::internal {

/// One formula applied to any ranges of the same frames. Borrows frames and weights.
class FrameStatistics {
 public:
  /// @throws InvalidArgument  frames that are no T x D matrix or pooled already, weights that do not fit
  FrameStatistics(const FramesView& frames, Pooling kind, std::span<const float> weights);

  /// Of frames first to last - 1, at least one. @throws InvalidArgument  values that are not finite
  Eigen::VectorXd over(Eigen::Index first, Eigen::Index last) const;

 private:
  Eigen::VectorXd weighted(Eigen::Index first, Eigen::Index last) const;

  FrameRows frames_;
  Pooling kind_;
  std::span<const float> weights_;
  std::optional<FrameMoments> moments_;  // of kMean and kMeanStd without weights
};

}  // namespace mess::internal
