// SPDX-License-Identifier: MIT
#include "src/playlist/local_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace mess::internal {
namespace {

constexpr std::size_t kMaxSpan = 64;        // places that one move may cover
constexpr std::size_t kMaxSegment = 3;      // tracks that Or-opt moves together
constexpr std::size_t kMovesPerTrack = 1500;  // of one round of annealing
constexpr std::size_t kMinMoves = 20'000;
constexpr double kWarm = 0.3;    // first temperature, in mean costs of a step
constexpr double kCold = 0.02;   // last one
constexpr double kCoolerRound = 0.4;  // every other round begins cooler: it starts from something good
constexpr double kSoftRule = 3.0;    // price of a broken rule while annealing, in mean costs of a step: a way through
constexpr double kGain = 1e-9;    // less is rounding

Cost difference(const Cost& after, const Cost& before) {
  return {after.cost - before.cost, after.broken_rules - before.broken_rules};
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
    adopt(start);
    best_cost_ = cost_;
  }

  Order run() {
    const double mean_step = std::max(1e-6, cost_of_steps() / static_cast<double>(order_.size()));
    soft_rule_ = kSoftRule * mean_step;
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
    for (std::size_t i = 0; i < is_inside.size(); ++i) {
      if (!is_inside[i])
        outside_.push_back(i);
    }
    seconds_ = problem_.seconds_of(order_);
    cost_ = problem_.cost(order_);
  }

  double cost_of_steps() const {
    double sum = 0.0;
    for (std::size_t i = 1; i < order_.size(); ++i)
      sum += problem_.edges(order_[i - 1], order_[i]);
    return sum;
  }

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  bool accepts(const Cost& change) {
    const double delta = change.with_rules_at(temperature_ > 0.0 ? soft_rule_ : Problem::kBrokenRule);
    if (delta < -kGain)
      return true;
    if (temperature_ <= 0.0)
      return false;
    return static_cast<double>(random_() >> 11) * 0x1p-53 < std::exp(-delta / temperature_);
  }

  void note(const Cost& change) {
    cost_.cost += change.cost;
    cost_.broken_rules += change.broken_rules;
    if (cost_.with_rules_at(Problem::kBrokenRule) < best_cost_.with_rules_at(Problem::kBrokenRule) - kGain) {
      best_cost_ = cost_;
      best_ = order_;
    }
  }

  // Rearranges the places `from` to `to` (exclusive), and puts them back when that is not accepted.
  template <typename Change>
  bool rearrange(std::size_t from, std::size_t to, const Change& change) {
    const Cost before = problem_.window_cost(order_, from, to);
    std::array<std::size_t, kMaxSpan + kMaxSegment + 1> kept{};
    std::copy(at(from), at(to), kept.begin());
    change();
    const Cost delta = difference(problem_.window_cost(order_, from, to), before);
    if (accepts(delta)) {
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

  // A track that was left out comes in for another.
  bool replace(std::size_t place, std::size_t outside) {
    const std::size_t leaving = order_[place];
    const std::size_t coming = outside_[outside];
    if (problem_.required[leaving] || !of_artist_.allows_instead(coming, leaving) ||
        !of_album_.allows_instead(coming, leaving))
      return false;
    const Cost before = problem_.window_cost(order_, place, place + 1);
    const double seconds =
        seconds_ + problem_.tracks[coming].duration_seconds - problem_.tracks[leaving].duration_seconds;
    order_[place] = coming;
    Cost delta = difference(problem_.window_cost(order_, place, place + 1), before);
    delta.cost += problem_.time_cost(seconds) - problem_.time_cost(seconds_);
    if (!accepts(delta)) {
      order_[place] = leaving;
      return false;
    }
    outside_[outside] = leaving;
    seconds_ = seconds;
    of_artist_.remove(leaving);
    of_album_.remove(leaving);
    of_artist_.add(coming);
    of_album_.add(coming);
    note(delta);
    return true;
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
    if (!outside_.empty() && (kind < 3 || num_free < 2)) {
      replace(begin_ + below(num_free), below(outside_.size()));
      return;
    }
    if (num_free < 2)
      return;
    const std::size_t span = 2 + below(std::min(num_free, kMaxSpan) - 1);
    const std::size_t from = begin_ + below(num_free - span + 1);
    if (kind < 5) {
      const std::size_t length = 1 + below(std::min(kMaxSegment, span - 1));
      const bool is_first = below(2) == 0;
      exchange_pieces(from, is_first ? from + length : from + span - length, from + span, below(2) == 0);
    } else if (kind < 7) {
      reverse(from, from + span);
    } else {
      swap(from, from + span - 1);
    }
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
          has_gained |= exchange_pieces(from, from + length, to, turns) || exchange_pieces(from, to - length, to, turns);
        }
      }
    }
    for (std::size_t outside = 0; outside < outside_.size(); ++outside) {
      if (!budget_.take())
        return false;
      has_gained |= replace(from, outside);
    }
    return true;
  }

  const Problem& problem_;
  SearchBudget& budget_;
  std::mt19937_64 random_;  // the standard fixes its numbers, on every machine
  Order order_;
  Order best_;
  Order outside_;  // candidates that are not in the list
  std::size_t begin_;  // the places that may change
  std::size_t end_;
  Quota of_artist_;
  Quota of_album_;
  double seconds_ = 0.0;
  Cost cost_;
  Cost best_cost_;
  double soft_rule_ = 0.0;
  double temperature_ = 0.0;  // 0: only what gains is accepted
};

}  // namespace

SearchBudget::SearchBudget(std::size_t max_iterations, double time_limit_seconds)
    : max_iterations_(max_iterations), deadline_(std::chrono::steady_clock::time_point::max()) {
  constexpr double kLongSeconds = 1e6;
  if (time_limit_seconds > 0.0 && time_limit_seconds < kLongSeconds) {
    deadline_ = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
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
