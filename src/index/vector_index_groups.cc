// SPDX-License-Identifier: MIT
// Late interaction (Khattab and Zaharia, "ColBERT", 2020): the score of a group is the sum over the query's vectors of the
// largest score among the group's vectors. Exact: bounds of all rows leave few groups, which are scored in full.
#include <algorithm>
#include <cmath>
#include <limits>
#include <shared_mutex>
#include <unordered_map>

#include "mess/error.h"
#include "src/index/index_impl.h"
#include "src/support/parallel.h"

namespace mess {
namespace {

using internal::AllowedRows;
using internal::QuerySketch;
using internal::RowBits;
using internal::RowStore;
using internal::ScoredRow;

constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

// The groups that rows are in, numbered from 0.
struct GroupedRows {
  std::vector<std::int64_t> names;
  std::vector<std::uint32_t> of_row;

  std::uint32_t number(std::int64_t name) {
    const auto [place, is_new] = numbers_.emplace(name, static_cast<std::uint32_t>(names.size()));
    if (is_new)
      names.push_back(name);
    return place->second;
  }

 private:
  std::unordered_map<std::int64_t, std::uint32_t> numbers_;
};

void check_groups(const IdGroups& groups) {
  if (!groups.is_map()) {
    if (groups.ids_per_group() < 1)
      throw InvalidArgument("[index] groups: expected at least 1 id per group, found " +
                            std::to_string(groups.ids_per_group()));
    return;
  }
  if (groups.ids().size() != groups.groups().size())
    throw InvalidArgument("[index] groups: expected one per id, found " + std::to_string(groups.groups().size()) +
                          " for " + std::to_string(groups.ids().size()));
  const auto negative = std::ranges::find_if(groups.groups(), [](std::int64_t group) { return group < 0; });
  if (negative != groups.groups().end())
    throw InvalidArgument("[index] groups: expected 0 or more, found " + std::to_string(*negative));
}

GroupedRows group_rows(const RowStore& rows, const AllowedRows& allowed, const IdGroups& groups) {
  GroupedRows result;
  result.of_row.assign(rows.num_rows(), kNoGroup);
  if (groups.is_map()) {
    for (std::size_t i = 0; i < groups.ids().size(); ++i) {
      const auto row = rows.table.find(groups.ids()[i]);
      if (row && allowed.accept(rows, *row))
        result.of_row[*row] = result.number(groups.groups()[i]);
    }
    return result;
  }
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (allowed.accept(rows, r))
      result.of_row[r] = result.number(rows.id(r) / groups.ids_per_group());
  }
  return result;
}

struct Bounds {
  std::vector<double> upper;
  std::vector<double> lower;

  Bounds(std::size_t count, double value) : upper(count, value), lower(count, value) {}
};

// Of each group's largest score with one query.
Bounds largest_scores(const RowStore& rows, const QuerySketch& query, const AllowedRows& allowed,
                      const GroupedRows& groups) {
  Bounds best(groups.names.size(), -std::numeric_limits<double>::infinity());
  internal::visit_bounds(rows, query, allowed, [&](std::uint32_t row, float upper, float lower) {
    if (const std::uint32_t group = groups.of_row[row]; group != kNoGroup) {
      best.upper[group] = std::max(best.upper[group], static_cast<double>(upper));
      best.lower[group] = std::max(best.lower[group], static_cast<double>(lower));
    }
  });
  return best;
}

// The groups that may be among the best k. What is not a number, which only a file can hold, says nothing.
std::vector<bool> finalists(const Bounds& total, std::size_t k) {
  std::vector<double> lower = total.lower;
  for (double& value : lower)
    value = std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
  std::vector<bool> result(lower.size(), true);
  if (k >= lower.size())
    return result;
  const auto kth = lower.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(lower.begin(), kth, lower.end(), std::greater<>());
  const double threshold = *kth - std::abs(*kth) * 1e-9;  // sums in double precision are rounded too
  for (std::size_t g = 0; g < result.size(); ++g)
    result[g] = !(total.upper[g] < threshold);
  return result;
}

std::vector<ScoredRow> score_groups(const RowStore& rows, std::span<const QuerySketch> queries,
                                    std::span<const float> weights, const GroupedRows& groups,
                                    const std::vector<bool>& wanted) {
  std::vector<std::vector<std::uint32_t>> members(groups.names.size());
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (groups.of_row[r] != kNoGroup && wanted[groups.of_row[r]])
      members[groups.of_row[r]].push_back(static_cast<std::uint32_t>(r));
  }
  std::vector<ScoredRow> result;
  for (std::size_t g = 0; g < members.size(); ++g) {
    if (members[g].empty())
      continue;
    double total = 0.0;
    for (std::size_t q = 0; q < queries.size(); ++q) {
      double best = -std::numeric_limits<double>::infinity();
      for (const std::uint32_t row : members[g])
        best = std::max(best, rows.score(queries[q], row));
      total += static_cast<double>(weights[q]) * best;
    }
    if (!std::isnan(total))
      result.push_back({total, groups.names[g], members[g].front()});
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

SearchResult VectorIndex::search_groups(std::span<const float> vectors, std::span<const float> weights,
                                        const IdGroups& groups, const SearchOptions& options) const {
  impl_->check_queries(vectors, weights.size(), options.k, options.encoder_id);
  if (weights.empty())
    throw InvalidArgument("[index] weights: expected at least one, found none");
  internal::check_values(weights, "weights", 1e15f);
  check_groups(groups);
  const std::shared_lock lock(impl_->mutex);
  const RowStore& rows = *impl_->rows;
  RowBits bits;
  const AllowedRows allowed = impl_->allowed_rows(options.filter, bits);
  const GroupedRows grouped = group_rows(rows, allowed, groups);
  const auto queries = internal::sketch_queries(vectors, dim(), rows.metric);
  Bounds total(grouped.names.size(), 0.0);
  // As many queries at once as there are threads: each needs bounds of all groups.
  const std::size_t at_once = impl_->num_threads();
  for (std::size_t first = 0; first < queries.size(); first += at_once) {
    std::vector<Bounds> best(std::min(at_once, queries.size() - first), Bounds(0, 0.0));
    internal::parallel_for(best.size(), at_once, [&](std::size_t i) {
      best[i] = largest_scores(rows, queries[first + i], allowed, grouped);
    });
    for (std::size_t i = 0; i < best.size(); ++i) {
      const auto weight = static_cast<double>(weights[first + i]);
      for (std::size_t g = 0; g < grouped.names.size(); ++g) {
        total.upper[g] += weight * (weight < 0.0 ? best[i].lower[g] : best[i].upper[g]);
        total.lower[g] += weight * (weight < 0.0 ? best[i].upper[g] : best[i].lower[g]);
      }
    }
  }
  std::vector<std::vector<ScoredRow>> found{score_groups(rows, queries, weights, grouped, finalists(total, options.k))};
  found[0].resize(std::min(options.k, found[0].size()));
  return internal::pad_results(found, options.k);
}

}  // namespace mess
