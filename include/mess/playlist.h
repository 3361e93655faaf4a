// SPDX-License-Identifier: MIT
// Ordering candidates into a playlist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mess/export.h"

namespace mess {

/// One candidate. `vector` is unit length, the same size for all; it is borrowed for the call.
struct PlaylistTrack {
  std::int64_t id = 0;
  std::span<const float> vector{};
  double loudness_lufs = 0.0;  // NaN when unknown
  std::string artist{};        // empty when unknown
};

struct PlaylistOptions {
  std::int64_t start_id = -1;     // the first track; it must be among the candidates
  std::size_t length = 20;        // tracks in all, the first included; fewer when candidates run out
  double loudness_weight = 0.01;  // cost per LU of level difference, beside 1 - cosine
  std::size_t artist_gap = 2;     // an artist does not return within this many tracks while others are left
};

struct PlaylistStep {
  std::int64_t id = 0;
  double cost = 0.0;   // of the step from the track before; 0 for the first
  std::string reason;  // "cosine 0.93, 1.2 LU louder"
};

/// Greedy nearest-next order: from each track to the cheapest one left, cost = 1 - cosine + loudness_weight * |dLU|.
/// Ties go to the smaller id, so the order is deterministic.
/// @throws InvalidArgument  no candidates, an id twice, vectors of different sizes, start_id unknown, length 0
MESS_API std::vector<PlaylistStep> order_playlist(std::span<const PlaylistTrack> tracks,
                                                  const PlaylistOptions& options);

}  // namespace mess
