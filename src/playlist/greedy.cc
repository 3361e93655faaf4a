// SPDX-License-Identifier: MIT
#include "src/playlist/greedy.h"

#include <algorithm>
#include <limits>

namespace mess::internal {
namespace {

std::int64_t lacking_places_of_next(const Problem& problem, const Order& order, std::size_t next) {
  std::int64_t lacking = 0;
  for (std::size_t distance = 1; distance <= std::min(problem.widest_gap(), order.size()); ++distance)
    lacking += problem.lacking_places(order[order.size() - distance], next, distance);
  return lacking;
}

class GreedyWalk {
 public:
  explicit GreedyWalk(const Problem& problem)
      : problem_(problem),
        is_taken_(problem.tracks.size(), false),
        of_artist_(problem.artists, problem.max_per_artist),
        of_album_(problem.albums, problem.max_per_album) {
    // What must come in has its share from the beginning.
    for (std::size_t i = 0; i < problem.tracks.size(); ++i) {
      if (!problem.required[i])
        continue;
      of_artist_.add(i);
      of_album_.add(i);
      ++num_required_left_;
    }
  }

  Order run() {
    while (order_.size() < problem_.length) {
      const std::size_t next = cheapest();
      if (next == problem_.tracks.size())
        break;
      take(next);
    }
    return std::move(order_);
  }

 private:
  bool fits(std::size_t track) const {
    const std::size_t place = order_.size();
    if (is_taken_[track])
      return false;
    if (place == 0 && problem_.first)
      return track == *problem_.first;
    if (problem_.last && (track == *problem_.last) != (place + 1 == problem_.length))
      return false;
    if (problem_.required[track])
      return true;
    return problem_.length - place > num_required_left_ && of_artist_.allows(track) && of_album_.allows(track);
  }

  std::size_t cheapest() const {
    std::size_t best = problem_.tracks.size();
    double best_cost = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < problem_.tracks.size(); ++i) {
      if (!fits(i))
        continue;
      double cost = problem_.place_cost(i, order_.size());
      if (!order_.empty()) {
        cost += problem_.step(order_.back(), i) +
                Problem::kLackingPlace * static_cast<double>(lacking_places_of_next(problem_, order_, i));
      }
      if (best == problem_.tracks.size() || cost < best_cost ||
          (cost == best_cost && problem_.tracks[i].id < problem_.tracks[best].id)) {
        best = i;
        best_cost = cost;
      }
    }
    return best;
  }

  void take(std::size_t track) {
    is_taken_[track] = true;
    order_.push_back(track);
    if (problem_.required[track]) {
      --num_required_left_;
      return;
    }
    of_artist_.add(track);
    of_album_.add(track);
  }

  const Problem& problem_;
  std::vector<bool> is_taken_;
  Quota of_artist_;
  Quota of_album_;
  std::size_t num_required_left_ = 0;
  Order order_;
};

}  // namespace

Order greedy_order(const Problem& problem) { return GreedyWalk(problem).run(); }

Order greedy_neighbours(const Problem& problem, const Order& order) {
  Order left(order.begin() + 1, order.end());
  std::sort(left.begin(), left.end(),
            [&](std::size_t a, std::size_t b) { return problem.tracks[a].id < problem.tracks[b].id; });
  Order walk{order.front()};
  while (!left.empty()) {
    const auto cost = [&](std::size_t next) {
      const bool is_early_end = problem.last && next == *problem.last && left.size() > 1;
      return is_early_end
                 ? std::numeric_limits<double>::infinity()
                 : problem.step(walk.back(), next) +
                       Problem::kLackingPlace * static_cast<double>(lacking_places_of_next(problem, walk, next));
    };
    const auto best =
        std::min_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
    walk.push_back(*best);
    left.erase(best);
  }
  return walk;
}

}  // namespace mess::internal
