// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "mess/error.h"
#include "mess/playlist.h"
#include "src/playlist/check.h"
#include "src/playlist/exact_search.h"
#include "src/playlist/greedy.h"
#include "src/playlist/local_search.h"
#include "src/playlist/problem.h"

namespace mess {
namespace internal {
namespace {

constexpr std::size_t kIterationsPerTrack = 12'000;
constexpr std::size_t kMinIterations = 100'000;
constexpr std::size_t kMaxIterations = 1'000'000;
constexpr int kNumShuffles = 32;
constexpr int kMaxLengthsTried = 8;

FlowSummary summary_of(const Problem& problem, const Order& order) {
  std::vector<double> costs;
  for (std::size_t i = 1; i < order.size(); ++i)
    costs.push_back(problem.edges(order[i - 1], order[i]));
  if (costs.empty())
    return {};
  std::sort(costs.begin(), costs.end());
  const auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(costs.size())));
  return {std::accumulate(costs.begin(), costs.end(), 0.0) / static_cast<double>(costs.size()), costs[rank - 1],
          costs.back()};
}

FlowSummary shuffled_summary(const Problem& problem, Order order, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  FlowSummary mean;
  for (int i = 0; i < kNumShuffles; ++i) {
    // Fisher and Yates: std::shuffle differs between standard libraries.
    for (std::size_t left = order.size(); left > 1; --left)
      std::swap(order[left - 1], order[random() % left]);
    const FlowSummary one = summary_of(problem, order);
    mean.mean += one.mean / kNumShuffles;
    mean.p95 += one.p95 / kNumShuffles;
    mean.worst += one.worst / kNumShuffles;
  }
  return mean;
}

void describe_into(PlaylistOrder& result, const Problem& problem, const Order& order, std::uint64_t seed) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    PlaylistStep step;
    step.id = problem.tracks[order[i]].id;
    step.text = "start";
    if (i > 0) {
      step.reasons = problem.edges.reasons(order[i - 1], order[i]);
      step.cost = problem.edges(order[i - 1], order[i]);
      step.text = describe(step.reasons);
    }
    result.steps.push_back(std::move(step));
  }
  const Cost cost = problem.cost(order);
  result.gap_shortfall = static_cast<std::size_t>(cost.lacking_places);
  result.total_cost = cost.cost;
  result.flow = summary_of(problem, order);
  result.shuffled = shuffled_summary(problem, order, seed);
  result.greedy = summary_of(problem, greedy_neighbours(problem, order));
}

class PlaylistSearch {
 public:
  PlaylistSearch(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options)
      : problem_(tracks, options), options_(options) {
    const auto num_required =
        static_cast<std::size_t>(std::count(problem_.required.begin(), problem_.required.end(), true));
    fewest_ = std::max<std::size_t>(1, num_required);
    if (options.total_seconds == 0.0 && options.length < fewest_) {
      throw InvalidArgument("[playlist] length: expected at least as many as tracks that must be in (" +
                            std::to_string(fewest_) + "), found " + std::to_string(options.length));
    }
  }

  PlaylistOrder run() {
    PlaylistOrder result;
    const Order order = options_.total_seconds > 0.0 ? fill_time(result) : solve(options_.length, result);
    describe_into(result, problem_, order, options_.seed);
    return result;
  }

 private:
  Order solve(std::size_t length, PlaylistOrder& result) {
    problem_.set_length(std::min(length, problem_.longest), options_);
    if (problem_.tracks.size() <= kMaxExactTracks && problem_.total_seconds == 0.0) {
      if (const std::optional<Order> best = find_best_order(problem_)) {
        result.is_optimal = true;
        return *best;
      }
    }
    SearchBudget budget(options_.max_iterations > 0
                            ? options_.max_iterations
                            : std::clamp(kIterationsPerTrack * problem_.length, kMinIterations, kMaxIterations),
                        options_.time_limit_seconds);
    Order start = greedy_order(problem_);
    // Limits on both artists and albums may leave nothing before the list is as long as it could be.
    while (start.size() < problem_.length) {
      problem_.set_length(problem_.length - 1, options_);
      start = greedy_order(problem_);
    }
    Order order = improve_order(problem_, start, options_.seed, budget);
    result.num_iterations = budget.num_taken();
    result.stopped_by_time = budget.stopped_by_time();
    return order;
  }

  // The number of tracks that fills the time follows from which ones are chosen, and the other way round.
  Order fill_time(PlaylistOrder& result) {
    const double mean_seconds = mean_duration();
    auto length =
        static_cast<std::size_t>(std::clamp(std::ceil(options_.total_seconds / mean_seconds),
                                            static_cast<double>(fewest_), static_cast<double>(problem_.longest)));
    bool has_grown = false;
    for (int attempt = 1;; ++attempt) {
      Order order = solve(length, result);
      const double seconds = problem_.seconds_of(order);
      if (seconds < options_.total_seconds && length < problem_.longest) {
        const double missing = (options_.total_seconds - seconds) / mean_seconds;
        length = std::min(problem_.longest, length + std::max<std::size_t>(1, static_cast<std::size_t>(missing)));
        has_grown = true;
      } else if (!has_grown && length > fewest_ && seconds - shortest_free(order) >= options_.total_seconds) {
        --length;
      } else {
        return order;
      }
      if (attempt == kMaxLengthsTried && seconds >= options_.total_seconds)
        return order;
    }
  }

  double mean_duration() const {
    double sum = 0.0;
    for (const PlaylistTrack& track : problem_.tracks) {
      if (track.duration_seconds <= 0.0) {
        throw InvalidArgument("[playlist] candidate " + std::to_string(track.id) +
                              ": expected a duration, to fill total_seconds, found none");
      }
      sum += track.duration_seconds;
    }
    return sum / static_cast<double>(problem_.tracks.size());
  }

  double shortest_free(const Order& order) const {
    double shortest = std::numeric_limits<double>::infinity();
    for (const std::size_t track : order) {
      if (!problem_.required[track])
        shortest = std::min(shortest, problem_.tracks[track].duration_seconds);
    }
    return shortest;
  }

  Problem problem_;
  const PlaylistOptions& options_;
  std::size_t fewest_ = 1;
};

}  // namespace
}  // namespace internal

PlaylistOrder order_playlist(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options) {
  return internal::PlaylistSearch(tracks, options).run();
}

PlaylistOrder describe_order(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options) {
  PlaylistOptions free = options;
  free.first_id = free.last_id = -1;
  free.required_ids.clear();
  free.total_seconds = 0.0;
  free.length = tracks.size();
  free.max_per_artist = free.max_per_album = 0;
  free.is_path = false;
  internal::Problem problem(tracks, free);
  problem.set_length(tracks.size(), free);
  internal::Order order(tracks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  PlaylistOrder result;
  internal::describe_into(result, problem, order, options.seed);
  return result;
}

}  // namespace mess
