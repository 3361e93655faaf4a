// SPDX-License-Identifier: MIT
#include "src/playlist/local_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace mess::internal {
namespace {

constexpr std::size_t kMaxSpan = 64;          // places that one move may cover
constexpr std::size_t kMaxSegment = 3;        // tracks that Or-opt moves together
constexpr std::size_t kMovesPerTrack = 4000;  // of one round of annealing
constexpr std::size_t kMinMoves = 20'000;
constexpr std::size_t kMaxNeighbours = 24;  // cheapest followers of a track that moves look at first
constexpr double kWarm = 0.3;               // first temperature, in mean costs of a step
constexpr double kCold = 0.02;              // last one
constexpr double kCoolerRound = 0.4;        // every other round begins cooler: it starts from something good
constexpr double kSoftPlace = 3.0;  // price of a lacking place while annealing, in mean costs of a step: a way through
constexpr double kGain = 1e-9;      // less is rounding

Cost difference(const Cost& after, const Cost& before) {
  return {after.cost - before.cost, after.lacking_places - before.lacking_places};
}

class LocalSearch {
 public:
  LocalSearch(const Problem& problem, const Order& start, std::uint64_t seed, SearchBudget& budget)
      : problem_(problem),
        budget_(budget),
        random_(seed),
        order_(start),
        best_(start),
        begin_(problem.first ? 1 : 0),
        end_(start.size() - (problem.last ? 1 : 0)),
        of_artist_(problem.artists, problem.max_per_artist),
        of_album_(problem.albums, problem.max_per_album) {
    find_neighbours();
    adopt(start);
    best_cost_ = cost_;
  }

  Order run() {
    const double mean_step = std::max(1e-6, cost_of_steps() / static_cast<double>(order_.size()));
    soft_place_ = kSoftPlace * mean_step;
    const bool can_change = end_ > begin_ + 1 || (end_ > begin_ && !outside_.empty());
    bool is_warm = true;
    while (can_change && anneal((is_warm ? 1.0 : kCoolerRound) * kWarm * mean_step, kCold * mean_step)) {
      adopt(best_);
      descend();
      is_warm = !is_warm;
    }
    return best_;
  }

 private:
  void find_neighbours() {
    const std::size_t num_tracks = problem_.tracks.size();
    num_neighbours_ = std::min(kMaxNeighbours, num_tracks - 1);
    std::vector<std::pair<double, std::size_t>> followers;
    for (std::size_t i = 0; i < num_tracks; ++i) {
      followers.clear();
      for (std::size_t j = 0; j < num_tracks; ++j) {
        if (j != i)
          followers.emplace_back(problem_.step(i, j), j);
      }
      std::partial_sort(followers.begin(), followers.begin() + static_cast<std::ptrdiff_t>(num_neighbours_),
                        followers.end());
      for (std::size_t k = 0; k < num_neighbours_; ++k)
        neighbours_.push_back(followers[k].second);
    }
  }

  void adopt(const Order& order) {
    order_ = order;
    std::vector<bool> is_inside(problem_.tracks.size(), false);
    of_artist_ = Quota(problem_.artists, problem_.max_per_artist);
    of_album_ = Quota(problem_.albums, problem_.max_per_album);
    for (const std::size_t track : order_) {
      is_inside[track] = true;
      of_artist_.add(track);
      of_album_.add(track);
    }
    outside_.clear();
    place_outside_.assign(problem_.tracks.size(), kInside);
    for (std::size_t i = 0; i < is_inside.size(); ++i) {
      if (is_inside[i])
        continue;
      place_outside_[i] = outside_.size();
      outside_.push_back(i);
    }
    seconds_ = problem_.seconds_of(order_);
    cost_ = problem_.cost(order_);
  }

  double cost_of_steps() const {
    double sum = 0.0;
    for (std::size_t i = 1; i < order_.size(); ++i)
      sum += problem_.step(order_[i - 1], order_[i]);
    return sum;
  }

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  bool accepts(const Cost& change) {
    const double delta = change.with_places_at(temperature_ > 0.0 ? soft_place_ : Problem::kLackingPlace);
    if (delta < -kGain)
      return true;
    if (temperature_ <= 0.0)
      return false;
    return static_cast<double>(random_() >> 11) * 0x1p-53 < std::exp(-delta / temperature_);
  }

  void note(const Cost& change) {
    cost_.cost += change.cost;
    cost_.lacking_places += change.lacking_places;
    if (cost_.with_places_at(Problem::kLackingPlace) < best_cost_.with_places_at(Problem::kLackingPlace) - kGain) {
      best_cost_ = cost_;
      best_ = order_;
    }
  }

  // Rearranges the places `from` to `to` (exclusive), and puts them back when that is not accepted.
  template <typename Change>
  bool rearrange(std::size_t from, std::size_t to, const Change& change, double extra_cost = 0.0) {
    const Cost before = problem_.window_cost(order_, from, to);
    std::array<std::size_t, kMaxSpan + kMaxSegment + 1> kept{};
    std::copy(at(from), at(to), kept.begin());
    change();
    Cost delta = difference(problem_.window_cost(order_, from, to), before);
    delta.cost += extra_cost;
    if (accepts(delta)) {
      if (exchanged_)
        commit_exchange();
      note(delta);
      return true;
    }
    std::copy(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(to - from), at(from));
    return false;
  }

  Order::iterator at(std::size_t place) { return order_.begin() + static_cast<std::ptrdiff_t>(place); }

  // 2-opt: `from` to `to` (exclusive) the other way round.
  bool reverse(std::size_t from, std::size_t to) {
    return rearrange(from, to, [&] { std::reverse(at(from), at(to)); });
  }

  // Or-opt: the pieces [from, middle) and [middle, to) change places; one of them is short and may turn round.
  bool exchange_pieces(std::size_t from, std::size_t middle, std::size_t to, bool turns) {
    return rearrange(from, to, [&] {
      const bool first_is_short = middle - from <= to - middle;
      if (turns)
        std::reverse(first_is_short ? at(from) : at(middle), first_is_short ? at(middle) : at(to));
      std::rotate(at(from), at(middle), at(to));
    });
  }

  bool swap(std::size_t one, std::size_t other) {
    return rearrange(one, other + 1, [&] { std::swap(order_[one], order_[other]); });
  }

  // A track that was left out comes in at the place `to`, for the one at `from`; those between move up.
  bool replace(std::size_t from, std::size_t to, std::size_t coming) {
    const std::size_t leaving = order_[from];
    if (problem_.required[leaving] || !of_artist_.allows_instead(coming, leaving) ||
        !of_album_.allows_instead(coming, leaving))
      return false;
    const double seconds =
        seconds_ + problem_.tracks[coming].duration_seconds - problem_.tracks[leaving].duration_seconds;
    const double extra_cost = problem_.time_cost(seconds) - problem_.time_cost(seconds_);
    const auto change = [&] {
      if (from < to)
        std::rotate(at(from), at(from + 1), at(to + 1));
      else
        std::rotate(at(to), at(from), at(from + 1));
      order_[to] = coming;
    };
    exchanged_ = Exchange{coming, leaving, seconds};
    if (rearrange(std::min(from, to), std::max(from, to) + 1, change, extra_cost))
      return true;
    exchanged_.reset();
    return false;
  }

  void commit_exchange() {
    const auto [coming, leaving, seconds] = *exchanged_;
    exchanged_.reset();
    outside_[place_outside_[coming]] = leaving;
    place_outside_[leaving] = place_outside_[coming];
    place_outside_[coming] = kInside;
    seconds_ = seconds;
    of_artist_.remove(leaving);
    of_album_.remove(leaving);
    of_artist_.add(coming);
    of_album_.add(coming);
  }

  bool anneal(double warm, double cold) {
    const std::size_t num_moves = std::max(kMinMoves, kMovesPerTrack * order_.size());
    const double cooling = std::pow(cold / warm, 1.0 / static_cast<double>(num_moves));
    temperature_ = warm;
    for (std::size_t i = 0; i < num_moves; ++i) {
      if (!budget_.take())
        return false;
      try_any_move();
      temperature_ *= cooling;
    }
    temperature_ = 0.0;
    return true;
  }

  void try_any_move() {
    const std::size_t num_free = end_ - begin_;
    const std::size_t kind = below(8);
    if (!outside_.empty() && (kind < 4 || num_free < 2)) {
      exchange_any(num_free);
      return;
    }
    if (num_free < 2)
      return;
    const std::size_t span = 2 + below(std::min(num_free, kMaxSpan) - 1);
    const std::size_t from = begin_ + below(num_free - span + 1);
    if (kind < 6) {
      const std::size_t length = 1 + below(std::min(kMaxSegment, span - 1));
      const bool is_first = below(2) == 0;
      exchange_pieces(from, is_first ? from + length : from + span - length, from + span, below(2) == 0);
    } else if (kind < 7) {
      reverse(from, from + span);
    } else {
      swap(from, from + span - 1);
    }
  }

  // Mostly one that follows its new neighbour cheaply, at the place of another or of one nearby.
  void exchange_any(std::size_t num_free) {
    const std::size_t to = begin_ + below(num_free);
    std::size_t coming = outside_[below(outside_.size())];
    if (to > 0 && below(4) != 0) {
      coming = neighbours_[order_[to - 1] * num_neighbours_ + below(num_neighbours_)];
      if (place_outside_[coming] == kInside)
        return;
    }
    std::size_t from = to;
    if (below(2) == 0) {
      const std::size_t lowest = to - std::min(to - begin_, kMaxSpan / 2);
      from = lowest + below(std::min(end_, to + kMaxSpan / 2) - lowest);
      // The neighbour that the newcomer follows must not leave.
      if (to > 0 && from + 1 == to)
        from = to;
    }
    replace(from, to, coming);
  }

  void descend() {
    for (bool has_gained = true; has_gained;) {
      has_gained = false;
      for (std::size_t from = begin_; from < end_; ++from) {
        if (!descend_at(from, has_gained))
          return;
      }
    }
  }

  // All moves that begin at a place; false when the budget is used up.
  bool descend_at(std::size_t from, bool& has_gained) {
    const std::size_t last = std::min(end_, from + kMaxSpan);
    for (std::size_t to = from + 2; to <= last; ++to) {
      if (!budget_.take())
        return false;
      has_gained |= reverse(from, to) || swap(from, to - 1);
      for (std::size_t length = 1; length <= std::min(kMaxSegment, to - from - 1); ++length) {
        for (const bool turns : {false, true}) {
          if (!budget_.take())
            return false;
          has_gained |=
              exchange_pieces(from, from + length, to, turns) || exchange_pieces(from, to - length, to, turns);
        }
      }
    }
    for (std::size_t outside = 0; outside < outside_.size(); ++outside) {
      if (!budget_.take())
        return false;
      has_gained |= replace(from, from, outside_[outside]);
    }
    return true;
  }

  static constexpr std::size_t kInside = static_cast<std::size_t>(-1);
  struct Exchange {
    std::size_t coming;
    std::size_t leaving;
    double seconds;  // of the list afterwards
  };

  const Problem& problem_;
  SearchBudget& budget_;
  std::mt19937_64 random_;  // the standard fixes its numbers, on every machine
  Order order_;
  Order best_;
  Order outside_;                           // candidates that are not in the list
  std::vector<std::size_t> place_outside_;  // of each candidate in outside_; kInside
  std::vector<std::size_t> neighbours_;     // num_neighbours_ of each candidate, cheapest first
  std::size_t num_neighbours_ = 0;
  std::optional<Exchange> exchanged_;  // what the move at hand brings in and throws out
  std::size_t begin_;                  // the places that may change
  std::size_t end_;
  Quota of_artist_;
  Quota of_album_;
  double seconds_ = 0.0;
  Cost cost_;
  Cost best_cost_;
  double soft_place_ = 0.0;
  double temperature_ = 0.0;  // 0: only what gains is accepted
};

}  // namespace

SearchBudget::SearchBudget(std::size_t max_iterations, double time_limit_seconds)
    : max_iterations_(max_iterations), deadline_(std::chrono::steady_clock::time_point::max()) {
  constexpr double kLongSeconds = 1e6;
  if (time_limit_seconds > 0.0 && time_limit_seconds < kLongSeconds) {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                       std::chrono::duration<double>(time_limit_seconds));
  }
}

bool SearchBudget::take() {
  constexpr std::size_t kMovesPerLook = 256;
  if (stopped_by_time_ || num_taken_ >= max_iterations_)
    return false;
  if (num_taken_ % kMovesPerLook == 0 && std::chrono::steady_clock::now() >= deadline_) {
    stopped_by_time_ = true;
    return false;
  }
  ++num_taken_;
  return true;
}

Order improve_order(const Problem& problem, const Order& start, std::uint64_t seed, SearchBudget& budget) {
  return LocalSearch(problem, start, seed, budget).run();
}

}  // namespace mess::internal
