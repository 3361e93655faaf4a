// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unordered_set>

#include "mess/error.h"
#include "mess/playlist.h"
#include "src/support/kernels/kernels.h"

namespace mess {
namespace {

struct Edge {
  double cost = 0.0;
  double cosine = 0.0;
  double level_difference_lu = 0.0;  // NaN when one of the two is unknown
};

Edge edge_between(const PlaylistTrack& from, const PlaylistTrack& to, const PlaylistOptions& options) {
  Edge edge;
  edge.cosine = internal::dot(from.vector.data(), to.vector.data(), from.vector.size());
  edge.level_difference_lu = to.loudness_lufs - from.loudness_lufs;
  edge.cost = 1.0 - edge.cosine;
  if (!std::isnan(edge.level_difference_lu))
    edge.cost += options.loudness_weight * std::abs(edge.level_difference_lu);
  return edge;
}

std::string describe(const Edge& edge) {
  char text[64];
  std::snprintf(text, sizeof text, "cosine %.2f", edge.cosine);
  std::string reason = text;
  if (!std::isnan(edge.level_difference_lu)) {
    std::snprintf(text, sizeof text, ", %.1f LU %s", std::abs(edge.level_difference_lu),
                  edge.level_difference_lu < 0 ? "quieter" : "louder");
    reason += text;
  }
  return reason;
}

void check(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options) {
  if (tracks.empty())
    throw InvalidArgument("[playlist] candidates: expected at least one, found none");
  if (options.length == 0)
    throw InvalidArgument("[playlist] length: expected at least 1, found 0");
  if (!std::isfinite(options.loudness_weight) || options.loudness_weight < 0.0) {
    throw InvalidArgument("[playlist] loudness_weight: expected a number of at least 0, found " +
                          std::to_string(options.loudness_weight));
  }
  std::unordered_set<std::int64_t> ids;
  for (const PlaylistTrack& track : tracks) {
    const std::string name = "[playlist] candidate " + std::to_string(track.id) + ": ";
    if (!ids.insert(track.id).second)
      throw InvalidArgument(name + "expected each id once, found it twice");
    if (track.vector.size() != tracks.front().vector.size() || track.vector.empty()) {
      throw InvalidArgument(name + "expected a vector of " + std::to_string(tracks.front().vector.size()) +
                            " values like the first, found " + std::to_string(track.vector.size()));
    }
    if (!std::all_of(track.vector.begin(), track.vector.end(), [](float v) { return std::isfinite(v); })) {
      throw InvalidArgument(name + "expected finite values, found NaN or infinity");
    }
  }
  if (!ids.contains(options.start_id)) {
    throw InvalidArgument("[playlist] start_id: expected one of the candidates, found " +
                          std::to_string(options.start_id));
  }
}

// Greedy walk over the candidates; remembers what was taken and the artists heard last.
class Walk {
 public:
  Walk(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options)
      : tracks_(tracks), options_(options), taken_(tracks.size(), false) {}

  std::vector<PlaylistStep> run() {
    const auto start = std::find_if(tracks_.begin(), tracks_.end(),
                                    [this](const PlaylistTrack& track) { return track.id == options_.start_id; });
    take(static_cast<std::size_t>(start - tracks_.begin()), 0.0, "start");
    while (steps_.size() < std::min(options_.length, tracks_.size()))
      advance();
    return std::move(steps_);
  }

 private:
  void take(std::size_t position, double cost, std::string reason) {
    taken_[position] = true;
    order_.push_back(position);
    steps_.push_back({tracks_[position].id, cost, std::move(reason)});
  }

  bool artist_too_soon(const PlaylistTrack& track) const {
    if (track.artist.empty())
      return false;
    const std::size_t gap = std::min(options_.artist_gap, order_.size());
    return std::any_of(order_.end() - static_cast<std::ptrdiff_t>(gap), order_.end(),
                       [&](std::size_t position) { return tracks_[position].artist == track.artist; });
  }

  void advance() {
    const PlaylistTrack& last = tracks_[order_.back()];
    std::size_t best = tracks_.size();
    bool best_too_soon = true;
    Edge best_edge;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      if (taken_[i])
        continue;
      const bool too_soon = artist_too_soon(tracks_[i]);
      const Edge edge = edge_between(last, tracks_[i], options_);
      const bool better =
          best == tracks_.size() || (best_too_soon && !too_soon) ||
          (best_too_soon == too_soon &&
           (edge.cost < best_edge.cost || (edge.cost == best_edge.cost && tracks_[i].id < tracks_[best].id)));
      if (!better)
        continue;
      best = i;
      best_too_soon = too_soon;
      best_edge = edge;
    }
    take(best, best_edge.cost, describe(best_edge));
  }

  std::span<const PlaylistTrack> tracks_;
  const PlaylistOptions& options_;
  std::vector<bool> taken_;
  std::vector<std::size_t> order_;
  std::vector<PlaylistStep> steps_;
};

}  // namespace

std::vector<PlaylistStep> order_playlist(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options) {
  check(tracks, options);
  return Walk(tracks, options).run();
}

}  // namespace mess
