// SPDX-License-Identifier: MIT
#include "src/pool/frame_times.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"

namespace mess::internal {

FrameTimes::FrameTimes(const FramesView& frames)
    : num_frames_(static_cast<Eigen::Index>(frames.num_frames)),
      hop_seconds_(frames.hop_seconds),
      window_seconds_(frames.window_seconds > 0.0 ? frames.window_seconds : frames.hop_seconds) {
  if (frames.num_frames == 0)
    throw InvalidArgument("[pool] frames: expected at least one, found none");
  if (!(hop_seconds_ > 0.0 && std::isfinite(hop_seconds_) && std::isfinite(window_seconds_)))
    throw InvalidArgument("[pool] frames: expected hop_seconds above 0, found " + std::to_string(hop_seconds_));
}

FrameRange FrameTimes::range_of(const TimeSpan& span) const {
  if (!(span.start_seconds <= span.end_seconds && std::abs(span.start_seconds) < 1e9 && span.end_seconds < 1e9)) {
    throw InvalidArgument("[pool] span: expected a start before its end, found " + std::to_string(span.start_seconds) +
                          " to " + std::to_string(span.end_seconds) + " s");
  }
  const auto first_at = [&](double seconds) {
    const double frame = std::ceil((seconds - 0.5 * window_seconds_) / hop_seconds_ - 1e-9);
    return static_cast<Eigen::Index>(std::clamp(frame, 0.0, static_cast<double>(num_frames_)));
  };
  FrameRange range{first_at(span.start_seconds), first_at(span.end_seconds)};
  if (range.first >= range.last) {
    const double middle = 0.5 * (span.start_seconds + span.end_seconds);
    const double nearest = std::round((middle - 0.5 * window_seconds_) / hop_seconds_);
    range.first = static_cast<Eigen::Index>(std::clamp(nearest, 0.0, static_cast<double>(num_frames_ - 1)));
    range.last = range.first + 1;
  }
  return range;
}

double FrameTimes::middle_seconds(Eigen::Index frame) const {
  return static_cast<double>(frame) * hop_seconds_ + 0.5 * window_seconds_;
}

double FrameTimes::end_seconds() const { return static_cast<double>(num_frames_ - 1) * hop_seconds_ + window_seconds_; }

}  // namespace mess::internal
