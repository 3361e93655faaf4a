// SPDX-License-Identifier: MIT
#include "src/playlist/problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mess/error.h"
#include "src/playlist/arc.h"
#include "src/playlist/check.h"
#include "src/support/kernels/kernels.h"

namespace mess::internal {
namespace {

// Cost per second: a list that is too short is worse than one that is too long.
constexpr double kSecondOver = 0.01;
constexpr double kSecondShort = 0.2;
constexpr std::size_t kWidestGap = 1'000'000;  // longer than any list

}  // namespace

void Groups::add(const std::string& name) {
  groups_.push_back(name.empty() ? kNone : numbers_.try_emplace(name, numbers_.size()).first->second);
}

void Quota::change(std::size_t track, int by) {
  if (groups_->of(track) != Groups::kNone)
    counts_[groups_->of(track)] += static_cast<std::size_t>(by);
}

bool Quota::is_exceeded() const {
  return limit_ > 0 &&
         std::any_of(counts_.begin(), counts_.end(), [this](std::size_t count) { return count > limit_; });
}

Problem::Problem(std::span<const PlaylistTrack> candidates, const PlaylistOptions& options)
    : tracks((check_tracks(candidates), check_options(options), candidates)),
      edges(candidates, options.weights),
      artist_gap(std::min(options.artist_gap, kWidestGap)),
      album_gap(std::min(options.album_gap, kWidestGap)),
      max_per_artist(options.max_per_artist),
      max_per_album(options.max_per_album),
      required(candidates.size(), false),
      total_seconds(options.total_seconds),
      roughness(options.weights.roughness) {
  for (const PlaylistTrack& track : tracks) {
    artists.add(track.artist);
    albums.add(track.album);
  }
  find_fixed(options);
  find_longest();
}

void Problem::find_fixed(const PlaylistOptions& options) {
  const auto position = [this](std::int64_t id, const char* name) {
    const auto found = std::find_if(tracks.begin(), tracks.end(), [id](const auto& track) { return track.id == id; });
    if (found == tracks.end()) {
      throw InvalidArgument(std::string("[playlist] ") + name + ": expected one of the candidates, found " +
                            std::to_string(id));
    }
    return static_cast<std::size_t>(found - tracks.begin());
  };
  if (options.first_id != -1)
    required[*(first = position(options.first_id, "first_id"))] = true;
  if (options.last_id != -1)
    required[*(last = position(options.last_id, "last_id"))] = true;
  if (first && first == last && tracks.size() > 1 && (options.length > 1 || total_seconds > 0.0))
    throw InvalidArgument("[playlist] last_id: expected another track than first_id, found the same");
  for (const std::int64_t id : options.required_ids)
    required[position(id, "required_ids")] = true;
}

void Problem::find_longest() {
  Quota of_artist(artists, max_per_artist);
  Quota of_album(albums, max_per_album);
  const auto take = [&](std::size_t track) {
    of_artist.add(track);
    of_album.add(track);
    ++longest;
  };
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (required[i])
      take(i);
  }
  if (of_artist.is_exceeded() || of_album.is_exceeded()) {
    throw InvalidArgument(
        "[playlist] max_per_artist and max_per_album: expected to allow all required tracks, found more of one");
  }
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (!required[i] && of_artist.allows(i) && of_album.allows(i))
      take(i);
  }
}

void Problem::set_length(std::size_t num_places, const PlaylistOptions& options) {
  length = num_places;
  const FlowWeights& weights = options.weights;
  const std::vector<double> progress = options.is_path ? path_progress() : std::vector<double>();
  const Arc arc(tracks, options.arc, first);
  place_costs_.assign(tracks.size() * length, 0.0f);
  for (std::size_t place = 0; place < length; ++place) {
    const double time = length > 1 ? static_cast<double>(place) / static_cast<double>(length - 1) : 0.0;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      double cost = weights.relevance * (1.0 - tracks[i].relevance) + weights.arc * arc.distance(i, time);
      if (!progress.empty())
        cost += weights.path * std::abs(progress[i] - time);
      place_costs_[i * length + place] = static_cast<float>(cost);
    }
  }
}

std::vector<double> Problem::path_progress() const {
  const auto distance = [this](std::size_t a, std::size_t b) {
    return std::max(
        0.0, 1.0 - static_cast<double>(dot(tracks[a].vector.data(), tracks[b].vector.data(), tracks[a].vector.size())));
  };
  std::vector<double> progress(tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const double from_first = i == *first ? 0.0 : distance(i, *first);
    const double to_last = i == *last ? 0.0 : distance(i, *last);
    progress[i] = from_first + to_last > 0.0 ? from_first / (from_first + to_last) : 0.5;
  }
  return progress;
}

Cost Problem::window_cost(const Order& order, std::size_t begin, std::size_t end) const {
  double cost = 0.0;
  for (std::size_t place = begin; place < end; ++place) {
    cost += place_cost(order[place], place);
    if (place > 0)
      cost += step(order[place - 1], order[place]);
  }
  if (end < order.size())
    cost += step(order[end - 1], order[end]);
  const std::size_t gap = widest_gap();
  if (gap == 0)
    return {cost, 0};
  std::int64_t lacking = 0;
  for (std::size_t later = std::max<std::size_t>(begin, 1); later < std::min(end + gap, order.size()); ++later) {
    const std::size_t lowest = later > gap ? later - gap : 0;
    // Behind the window only pairs that reach back into it.
    const std::size_t highest = std::min(later, later < end ? later : end);
    const std::size_t from = later < end ? lowest : std::max(lowest, begin);
    for (std::size_t earlier = from; earlier < highest; ++earlier)
      lacking += lacking_places(order[earlier], order[later], later - earlier);
  }
  return {cost, lacking};
}

double Problem::time_cost(double seconds) const {
  if (total_seconds <= 0.0)
    return 0.0;
  return seconds < total_seconds ? kSecondShort * (total_seconds - seconds) : kSecondOver * (seconds - total_seconds);
}

double Problem::seconds_of(const Order& order) const {
  return std::accumulate(order.begin(), order.end(), 0.0,
                         [this](double sum, std::size_t track) { return sum + tracks[track].duration_seconds; });
}

Cost Problem::cost(const Order& order) const {
  Cost cost = window_cost(order, 0, order.size());
  cost.cost += time_cost(seconds_of(order));
  return cost;
}

}  // namespace mess::internal
