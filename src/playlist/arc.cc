// SPDX-License-Identifier: MIT
#include "src/playlist/arc.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mess::internal {
namespace {

constexpr double kPeakTime = 2.0 / 3.0;
constexpr double kRankAfterPeak = 0.4;  // at the end of an arc with a peak

}  // namespace

Arc::Arc(std::span<const PlaylistTrack> tracks, EnergyArc kind, std::optional<std::size_t> first)
    : kind_(kind), ranks_(tracks.size(), std::numeric_limits<double>::quiet_NaN()) {
  std::vector<double> sorted;
  for (const PlaylistTrack& track : tracks) {
    if (std::isfinite(track.intensity))
      sorted.push_back(track.intensity);
  }
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (!std::isfinite(tracks[i].intensity))
      continue;
    // Equal ones share the middle of their ranks.
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), tracks[i].intensity);
    const auto middle = static_cast<double>((low - sorted.begin()) + (high - sorted.begin()) - 1) / 2.0;
    ranks_[i] = sorted.size() > 1 ? middle / static_cast<double>(sorted.size() - 1) : 0.5;
  }
  if (first && std::isfinite(ranks_[*first]))
    flat_rank_ = ranks_[*first];
}

double Arc::wanted(double time) const {
  switch (kind_) {
    case EnergyArc::kBuild:
      return time;
    case EnergyArc::kCoolDown:
      return 1.0 - time;
    case EnergyArc::kPeak:
      return time < kPeakTime ? time / kPeakTime
                              : 1.0 - (1.0 - kRankAfterPeak) * (time - kPeakTime) / (1.0 - kPeakTime);
    case EnergyArc::kFlat:
    case EnergyArc::kNone:
      break;
  }
  return flat_rank_;
}

double Arc::distance(std::size_t track, double time) const {
  if (kind_ == EnergyArc::kNone)
    return 0.0;
  const double target = wanted(time);
  // Ranks are spread evenly over 0 to 1: the mean distance from a target among them is (t^2 + (1 - t)^2) / 2.
  if (std::isnan(ranks_[track]))
    return (target * target + (1.0 - target) * (1.0 - target)) / 2.0;
  return std::abs(ranks_[track] - target);
}

}  // namespace mess::internal
