// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "mess/playlist.h"

namespace mess::internal {

/// How far a track's intensity is from what the arc wants at a time of the list.
class Arc {
 public:
  /// @param first  the track that a flat arc stays with; the middle of the candidates without one
  Arc(std::span<const PlaylistTrack> tracks, EnergyArc kind, std::optional<std::size_t> first);

  /// @param time  0 at the first track, 1 at the last
  /// @return 0 to 1, between ranks; the mean of the other tracks for one whose intensity is unknown
  double distance(std::size_t track, double time) const;

 private:
  double wanted(double time) const;

  EnergyArc kind_;
  double flat_rank_ = 0.5;
  std::vector<double> ranks_;  // 0 to 1, of each track; NaN when unknown
};

}  // namespace mess::internal
