// SPDX-License-Identifier: MIT
// Which frames lie in a span of time.
#pragma once

#include <Eigen/Core>

#include "mess/pool.h"

namespace mess::internal {

/// first to last - 1, at least one.
struct FrameRange {
  Eigen::Index first = 0;
  Eigen::Index last = 0;
};

class FrameTimes {
 public:
  /// @throws InvalidArgument  no frames, or no hop_seconds above 0
  explicit FrameTimes(const FramesView& frames);

  /// Frames whose middle lies in the span; the nearest one when there is none. @throws InvalidArgument
  FrameRange range_of(const TimeSpan& span) const;
  double middle_seconds(Eigen::Index frame) const;
  double end_seconds() const;

 private:
  Eigen::Index num_frames_;
  double hop_seconds_;
  double window_seconds_;
};

}  // namespace mess::internal
