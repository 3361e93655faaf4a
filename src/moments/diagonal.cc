// SPDX-License-Identifier: MIT
#include "src/moments/diagonal.h"

#include <algorithm>

#include "src/support/kernels/kernels.h"

namespace mess::internal {

Overlap overlap_at(Lag lag, std::size_t query_size, std::size_t track_size) {
  const auto query_first = static_cast<std::size_t>(std::max<Lag>(0, -lag));
  const auto track_first = static_cast<std::size_t>(std::max<Lag>(0, lag));
  if (query_first >= query_size || track_first >= track_size)
    return {};
  return {query_first, track_first, std::min(query_size - query_first, track_size - track_first)};
}

LagRange sensible_lags(std::size_t query_size, std::size_t track_size) {
  const auto needed = static_cast<Lag>((std::min(query_size, track_size) + 1) / 2);
  return {needed - static_cast<Lag>(query_size), static_cast<Lag>(track_size) - needed + 1};
}

float diagonal_score(const ScaledRows& query, const ScaledRows& track, Lag lag) {
  const Overlap overlap = overlap_at(lag, query.size(), track.size());
  if (overlap.size == 0)
    return -1.0f;
  const double product =
      dot(query.row(overlap.query_first), track.row(overlap.track_first), overlap.size * query.dim());
  const double energy = query.energy(overlap.query_first, overlap.query_first + overlap.size) +
                        track.energy(overlap.track_first, overlap.track_first + overlap.size);
  const double covered = static_cast<double>(overlap.size) / static_cast<double>(std::min(query.size(), track.size()));
  return energy > 0.0 ? static_cast<float>(covered * 2.0 * product / energy) : 0.0f;
}

std::vector<float> diagonal_scores(const ScaledRows& query, const ScaledRows& track, LagRange lags) {
  std::vector<float> scores;
  scores.reserve(static_cast<std::size_t>(std::max<Lag>(0, lags.last - lags.first)));
  for (Lag lag = lags.first; lag < lags.last; ++lag)
    scores.push_back(diagonal_score(query, track, lag));
  return scores;
}

}  // namespace mess::internal
