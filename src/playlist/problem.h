// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mess/playlist.h"
#include "src/playlist/edge_costs.h"

namespace mess::internal {

/// Positions among the candidates, in the order to play them.
using Order = std::vector<std::size_t>;

/// Numbers for names: tracks of one artist, or of one album.
class Groups {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void add(const std::string& name);
  std::size_t of(std::size_t track) const { return groups_[track]; }
  std::size_t size() const { return numbers_.size(); }
  bool same(std::size_t a, std::size_t b) const { return groups_[a] == groups_[b] && groups_[a] != kNone; }

 private:
  std::vector<std::size_t> groups_;  // of each track; kNone for an empty name
  std::unordered_map<std::string, std::size_t> numbers_;
};

/// How many tracks of each artist and album are in a list, and which more may come in.
class Quota {
 public:
  Quota(const Groups& groups, std::size_t limit) : groups_(&groups), limit_(limit), counts_(groups.size(), 0) {}

  void add(std::size_t track) { change(track, 1); }
  void remove(std::size_t track) { change(track, -1); }
  bool allows(std::size_t track) const { return limit_ == 0 || of(track) < limit_; }
  bool allows_instead(std::size_t track, std::size_t leaving) const {
    return limit_ == 0 || groups_->same(track, leaving) || of(track) < limit_;
  }
  bool is_exceeded() const;

 private:
  void change(std::size_t track, int by);
  std::size_t of(std::size_t track) const {
    return groups_->of(track) == Groups::kNone ? 0 : counts_[groups_->of(track)];
  }

  const Groups* groups_;
  std::size_t limit_;
  std::vector<std::size_t> counts_;
};

/// What an order costs; fewer lacking places are better than any cost.
struct Cost {
  double cost = 0.0;
  std::int64_t lacking_places = 0;

  double with_places_at(double price) const { return cost + price * static_cast<double>(lacking_places); }
};

/// The options and candidates as numbers.
struct Problem {
  /// @throws InvalidArgument  as order_playlist()
  Problem(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options);

  static constexpr double kLackingPlace = 1000.0;  // dearer than any list can be worth

  std::span<const PlaylistTrack> tracks;
  EdgeCosts edges;
  Groups artists;
  Groups albums;
  std::size_t artist_gap;
  std::size_t album_gap;
  std::size_t max_per_artist;
  std::size_t max_per_album;
  std::optional<std::size_t> first;
  std::optional<std::size_t> last;
  std::vector<bool> required;  // the first and the last are
  double total_seconds;
  double roughness;
  std::size_t length = 0;
  std::size_t longest = 0;  // list that max_per_artist and max_per_album allow

  /// Sets the number of places and what each costs each track.
  void set_length(std::size_t num_places, const PlaylistOptions& options);
  /// What a step adds to the total: its cost, and more for a bad one.
  double step(std::size_t from, std::size_t to) const {
    const double cost = edges(from, to);
    return cost + roughness * cost * cost;
  }
  double place_cost(std::size_t track, std::size_t place) const { return place_costs_[track * length + place]; }
  /// Places that lack between two tracks, `distance` places apart, for the gaps to be kept.
  std::int64_t lacking_places(std::size_t earlier, std::size_t later, std::size_t distance) const {
    std::int64_t lacking = 0;
    if (distance <= artist_gap && artists.same(earlier, later))
      lacking += static_cast<std::int64_t>(artist_gap - distance) + 1;
    if (distance <= album_gap && albums.same(earlier, later))
      lacking += static_cast<std::int64_t>(album_gap - distance) + 1;
    return lacking;
  }
  std::size_t widest_gap() const { return artist_gap > album_gap ? artist_gap : album_gap; }
  /// Of all that depends on the places `begin` to `end` (exclusive).
  Cost window_cost(const Order& order, std::size_t begin, std::size_t end) const;
  /// Of the list's length against total_seconds.
  double time_cost(double seconds) const;
  double seconds_of(const Order& order) const;
  Cost cost(const Order& order) const;

 private:
  void find_fixed(const PlaylistOptions& options);
  void find_longest();
  std::vector<double> path_progress() const;

  std::vector<float> place_costs_;  // num_tracks x length
};

}  // namespace mess::internal
