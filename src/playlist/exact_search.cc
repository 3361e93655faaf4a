// SPDX-License-Identifier: MIT
#include "src/playlist/exact_search.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace mess::internal {
namespace {

constexpr double kImpossible = std::numeric_limits<double>::infinity();
constexpr std::size_t kMaxVisits = 1'000'000;
constexpr double kTie = 1e-9;

using Set = std::uint32_t;

class ExactSearch {
 public:
  explicit ExactSearch(const Problem& problem)
      : problem_(problem),
        num_tracks_(problem.tracks.size()),
        is_allowed_(std::size_t{1} << num_tracks_, true),
        cost_left_((std::size_t{1} << num_tracks_) * (num_tracks_ + 1) * num_tracks_, kImpossible) {}

  std::optional<Order> run() {
    find_allowed_sets();
    fill_costs();
    for (const auto& [bound, track] : starts())
      visit(Set{1} << track, problem_.place_cost(track, 0), {track});
    return num_visits_ > kMaxVisits ? std::nullopt : std::optional(best_order_);
  }

 private:
  // `before` is num_tracks_ when the set holds `last` alone.
  double& cost_left(Set set, std::size_t before, std::size_t last) {
    return cost_left_[(set * (num_tracks_ + 1) + before) * num_tracks_ + last];
  }

  bool fits(std::size_t track, std::size_t place) const {
    if (place == 0 && problem_.first && *problem_.first != track)
      return false;
    return !problem_.last || (*problem_.last == track) == (place + 1 == problem_.length);
  }

  void find_allowed_sets() {
    for (Set set = 1; set < is_allowed_.size(); ++set) {
      Quota of_artist(problem_.artists, problem_.max_per_artist);
      Quota of_album(problem_.albums, problem_.max_per_album);
      std::size_t num_required_left = 0;
      for (std::size_t i = 0; i < num_tracks_; ++i) {
        if ((set >> i & 1) != 0) {
          of_artist.add(i);
          of_album.add(i);
        } else {
          num_required_left += problem_.required[i];
        }
      }
      const auto size = static_cast<std::size_t>(std::popcount(set));
      is_allowed_[set] =
          !of_artist.is_exceeded() && !of_album.is_exceeded() && size + num_required_left <= problem_.length;
    }
  }

  void fill_costs() {
    for (Set set = static_cast<Set>(is_allowed_.size()) - 1; set > 0; --set) {
      if (!is_allowed_[set])
        continue;
      for (std::size_t last = 0; last < num_tracks_; ++last) {
        if ((set >> last & 1) == 0)
          continue;
        for (std::size_t before = 0; before <= num_tracks_; ++before) {
          const bool is_alone = std::popcount(set) == 1;
          if (is_alone ? before == num_tracks_ : before < num_tracks_ && before != last && (set >> before & 1) != 0)
            cost_left(set, before, last) = least_cost(set, before, last);
        }
      }
    }
  }

  double least_cost(Set set, std::size_t before, std::size_t last) {
    const auto place = static_cast<std::size_t>(std::popcount(set));
    if (place == problem_.length)
      return 0.0;
    double least = kImpossible;
    for (std::size_t next = 0; next < num_tracks_; ++next) {
      const Set with_next = set | Set{1} << next;
      if (with_next == set || !is_allowed_[with_next] || !fits(next, place))
        continue;
      std::int64_t lacking = problem_.lacking_places(last, next, 1);
      if (before < num_tracks_)
        lacking += problem_.lacking_places(before, next, 2);
      least =
          std::min(least, problem_.step(last, next) + problem_.place_cost(next, place) +
                              Problem::kLackingPlace * static_cast<double>(lacking) + cost_left(with_next, last, next));
    }
    return least;
  }

  std::vector<std::pair<double, std::size_t>> starts() {
    std::vector<std::pair<double, std::size_t>> bounds;
    for (std::size_t i = 0; i < num_tracks_; ++i) {
      if (fits(i, 0) && is_allowed_[Set{1} << i])
        bounds.emplace_back(problem_.place_cost(i, 0) + cost_left(Set{1} << i, num_tracks_, i), i);
    }
    std::sort(bounds.begin(), bounds.end());
    return bounds;
  }

  // `cost` is that of `order`, which holds the tracks of `set`.
  void visit(Set set, double cost, const Order& order) {
    const std::size_t before = order.size() > 1 ? order[order.size() - 2] : num_tracks_;
    if (cost + cost_left(set, before, order.back()) > best_cost_ - kTie || ++num_visits_ > kMaxVisits)
      return;
    if (order.size() == problem_.length) {
      best_cost_ = cost;
      best_order_ = order;
      return;
    }
    std::vector<std::pair<double, std::size_t>> nexts;
    for (std::size_t next = 0; next < num_tracks_; ++next) {
      const Set with_next = set | Set{1} << next;
      if (with_next == set || !is_allowed_[with_next] || !fits(next, order.size()))
        continue;
      const double new_cost = cost + cost_of_next(order, next);
      nexts.emplace_back(new_cost + cost_left(with_next, order.back(), next), next);
    }
    std::sort(nexts.begin(), nexts.end());
    for (const auto& [bound, next] : nexts) {
      Order longer = order;
      longer.push_back(next);
      visit(set | Set{1} << next, cost + cost_of_next(order, next), longer);
    }
  }

  double cost_of_next(const Order& order, std::size_t next) const {
    std::int64_t lacking = 0;
    for (std::size_t distance = 1; distance <= std::min(problem_.widest_gap(), order.size()); ++distance)
      lacking += problem_.lacking_places(order[order.size() - distance], next, distance);
    return problem_.step(order.back(), next) + problem_.place_cost(next, order.size()) +
           Problem::kLackingPlace * static_cast<double>(lacking);
  }

  const Problem& problem_;
  std::size_t num_tracks_;
  std::vector<bool> is_allowed_;
  std::vector<double> cost_left_;
  Order best_order_;
  double best_cost_ = kImpossible;
  std::size_t num_visits_ = 0;
};

}  // namespace

std::optional<Order> find_best_order(const Problem& problem) { return ExactSearch(problem).run(); }

}  // namespace mess::internal
