// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <shared_mutex>
#include <unordered_map>

#include "mess/error.h"
#include "src/index/index_impl.h"
#include "src/support/parallel.h"

namespace mess {
namespace {

constexpr std::size_t kMaxResults = std::size_t{1} << 28;
constexpr std::size_t kDefaultEf = 96;
constexpr std::size_t kLeastProbes = 8;
constexpr std::size_t kListsPerProbe = 64;
// A graph search looks at about so many rows per candidate it keeps, in the time that as many take one after the other.
constexpr double kRowsPerCandidate = 24.0;

// Looking an id up costs about as much as asking of eight rows whether they are in.
bool is_sparse(std::span<const std::uint8_t> bits, std::size_t num_rows) {
  std::size_t count = 0;
  for (const std::uint8_t byte : bits)
    count += static_cast<std::size_t>(std::popcount(byte));
  return count < num_rows / 8;
}

template <typename Visit>
void for_each_bit(std::span<const std::uint8_t> bits, Visit visit) {
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (unsigned left = bits[i]; left != 0; left &= left - 1)
      visit(i * 8 + static_cast<std::size_t>(std::countr_zero(left)));
  }
}

}  // namespace

namespace internal {

SearchResult pad_results(const std::vector<std::vector<ScoredRow>>& found, std::size_t k) {
  SearchResult result{.num_queries = found.size(), .k = k, .scores = {}, .ids = {}};
  result.scores.assign(found.size() * k, -std::numeric_limits<float>::infinity());
  result.ids.assign(found.size() * k, -1);
  for (std::size_t q = 0; q < found.size(); ++q) {
    for (std::size_t i = 0; i < found[q].size(); ++i) {
      result.scores[q * k + i] = static_cast<float>(found[q][i].score);
      result.ids[q * k + i] = found[q][i].id;
    }
  }
  return result;
}

std::vector<QuerySketch> sketch_queries(std::span<const float> queries, std::size_t dim, Metric metric) {
  std::vector<QuerySketch> sketches;
  sketches.reserve(queries.size() / dim);
  for (std::size_t first = 0; first < queries.size(); first += dim)
    sketches.emplace_back(queries.subspan(first, dim), metric);
  return sketches;
}

}  // namespace internal

using internal::AllowedRows;
using internal::QuerySketch;
using internal::RowBits;
using internal::ScoredRow;

void VectorIndex::Impl::check_queries(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                                      const std::string& encoder_id) const {
  if (queries.size() != num_queries * dim()) {
    throw InvalidArgument("[index] queries: expected " + internal::count_text(num_queries, dim()) + " values, found " +
                          std::to_string(queries.size()));
  }
  if (k == 0 || k > kMaxResults / std::max<std::size_t>(1, num_queries)) {
    throw InvalidArgument("[index] k: expected at least 1 and at most " + std::to_string(kMaxResults) +
                          " results in all, found " + std::to_string(k) + " for " + std::to_string(num_queries) +
                          " queries");
  }
  if (!encoder_id.empty() && !options.encoder_id.empty() && encoder_id != options.encoder_id) {
    throw InvalidArgument("[index] queries: expected vectors of " + options.encoder_id + ", found " + encoder_id);
  }
  internal::check_values(queries, "queries", 1e15f);
}

AllowedRows VectorIndex::Impl::allowed_rows(const IdFilter* filter, RowBits& bits) const {
  if (filter == nullptr)
    return {nullptr, rows->num_live()};
  bits.resize(rows->num_rows());
  const auto look_up = [&](std::int64_t id) {
    if (const auto row = rows->table.find(id))
      bits.set(*row);
  };
  if (filter->kind() == IdFilter::Kind::kSet) {
    std::for_each(filter->ids().begin(), filter->ids().end(), look_up);
  } else if (filter->kind() == IdFilter::Kind::kBitmap && is_sparse(filter->bits(), rows->num_rows())) {
    for_each_bit(filter->bits(),
                 [&](std::size_t bit) { look_up(filter->first_id() + static_cast<std::int64_t>(bit)); });
  } else {
    for (std::size_t r = 0; r < rows->num_rows(); ++r) {
      if (!rows->is_dead(r) && filter->accepts(rows->id(r)))
        bits.set(r);
    }
  }
  return {&bits, bits.count()};
}

bool VectorIndex::Impl::prefers_graph(const SearchOptions& search, const AllowedRows& allowed) const {
  if (!graph || search.exact)
    return false;
  const double ef = static_cast<double>(std::max(search.effort > 0 ? search.effort : kDefaultEf, search.k));
  const auto matches = static_cast<double>(allowed.count);
  // The fewer match, the more rows a walk must pass to keep as many.
  return matches * matches > kRowsPerCandidate * ef * static_cast<double>(rows->num_rows());
}

std::vector<ScoredRow> VectorIndex::Impl::find_by_graph(const QuerySketch& query, std::size_t k,
                                                        const SearchOptions& search, const AllowedRows& allowed) const {
  const std::size_t ef = search.effort > 0 ? search.effort : std::max(kDefaultEf, 2 * k);
  auto found = graph->search(*rows, query, std::min(k, allowed.count), ef, allowed)
                   .finish(*rows, query, -std::numeric_limits<double>::infinity());
  // The walk may have met too few that are allowed; the promise is min(k, matches).
  if (found.size() < std::min(k, allowed.count))
    return internal::search_exact(*rows, query, k, allowed);
  return found;
}

std::size_t VectorIndex::Impl::num_probes(const SearchOptions& search, const AllowedRows& allowed) const {
  if (!lists || search.exact || allowed.count == 0)
    return 0;
  const std::size_t unfiltered =
      search.effort > 0 ? search.effort : std::max(kLeastProbes, lists->num_lists() / kListsPerProbe);
  // The fewer match, the more lists hold as many of them.
  const double share = static_cast<double>(allowed.count) / static_cast<double>(rows->num_rows());
  const double wanted = static_cast<double>(unfiltered) / share;
  return wanted < static_cast<double>(lists->num_lists()) ? static_cast<std::size_t>(std::ceil(wanted)) : 0;
}

std::vector<ScoredRow> VectorIndex::Impl::find_by_lists(const QuerySketch& query, std::size_t k, std::size_t num_probes,
                                                        const AllowedRows& allowed) const {
  auto found = lists->search(*rows, query, std::min(k, allowed.count), num_probes, allowed)
                   .finish(*rows, query, -std::numeric_limits<double>::infinity());
  if (found.size() < std::min(k, allowed.count))
    return internal::search_exact(*rows, query, k, allowed);
  return found;
}

std::vector<std::vector<ScoredRow>> VectorIndex::Impl::nearest(std::span<const QuerySketch> queries, std::size_t k,
                                                               const SearchOptions& search,
                                                               const AllowedRows& allowed) const {
  const std::size_t probes = num_probes(search, allowed);
  if (probes == 0 && !prefers_graph(search, allowed)) {
    if (queries.size() == 1)
      return {internal::search_exact(*rows, queries[0], k, allowed)};
    return internal::search_exact_batch(*rows, queries, k, allowed, num_threads());
  }
  std::vector<std::vector<ScoredRow>> found(queries.size());
  constexpr std::size_t kQueriesPerThread = 4;
  internal::parallel_for(
      queries.size(), std::min(num_threads(), queries.size() / kQueriesPerThread + 1), [&](std::size_t q) {
        found[q] =
            probes > 0 ? find_by_lists(queries[q], k, probes, allowed) : find_by_graph(queries[q], k, search, allowed);
      });
  return found;
}

std::vector<std::vector<ScoredRow>> VectorIndex::Impl::find(std::span<const float> queries, std::size_t num_queries,
                                                            const SearchOptions& search) const {
  if (num_queries == 0)
    return {};
  const auto sketches = internal::sketch_queries(queries, dim(), rows->metric);
  RowBits bits;
  const AllowedRows allowed = allowed_rows(search.filter, bits);
  if (!search.correct_hubness)
    return nearest(sketches, search.k, search, allowed);
  if (!hubness)
    throw InvalidArgument("[index] correct_hubness: expected an index that has learned it, found none; fit_hubness()");
  auto found = nearest(sketches, hubness->pool_size(search.k), search, allowed);
  for (std::size_t q = 0; q < num_queries; ++q)
    hubness->rerank(sketches[q], search.k, found[q]);
  return found;
}

SearchResult VectorIndex::search(std::span<const float> queries, std::size_t num_queries,
                                 const SearchOptions& options) const {
  impl_->check_queries(queries, num_queries, options.k, options.encoder_id);
  const std::shared_lock lock(impl_->mutex);
  return internal::pad_results(impl_->find(queries, num_queries, options), options.k);
}

SearchResult VectorIndex::search(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                                 std::optional<std::span<const std::int64_t>> filter,
                                 const std::string& encoder_id) const {
  const IdFilter set = IdFilter::set(filter.value_or(std::span<const std::int64_t>()));
  return search(queries, num_queries,
                SearchOptions{.k = k, .filter = filter ? &set : nullptr, .encoder_id = encoder_id});
}

SearchResult VectorIndex::search_range(std::span<const float> query, float min_score, const IdFilter* filter) const {
  impl_->check_queries(query, 1, 1, {});
  if (std::isnan(min_score))
    throw InvalidArgument("[index] min_score: expected a number, found NaN");
  const std::shared_lock lock(impl_->mutex);
  RowBits bits;
  const AllowedRows allowed = impl_->allowed_rows(filter, bits);
  const QuerySketch sketch(query, impl_->rows->metric);
  const std::vector<std::vector<ScoredRow>> found{
      internal::search_range(*impl_->rows, sketch, static_cast<double>(min_score), allowed)};
  return internal::pad_results(found, found.front().size());
}

SearchResult VectorIndex::search_weighted(std::span<const float> vectors, std::span<const float> weights,
                                          const SearchOptions& options) const {
  impl_->check_queries(vectors, weights.size(), options.k, options.encoder_id);
  if (impl_->metric != internal::Metric::kInnerProduct)
    throw InvalidArgument("[index] search_weighted: expected the metric ip, found " + impl_->options.metric);
  if (weights.empty())
    throw InvalidArgument("[index] weights: expected at least one, found none");
  // The weighted sum of inner products is the inner product with the weighted sum.
  std::vector<float> query(dim());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t d = 0; d < dim(); ++d)
      query[d] += weights[i] * vectors[i * dim() + d];
  }
  return search(query, 1, options);
}

SearchResult VectorIndex::search_any(std::span<const float> vectors, std::size_t num_vectors,
                                     const SearchOptions& options) const {
  impl_->check_queries(vectors, num_vectors, options.k, options.encoder_id);
  if (num_vectors == 0)
    throw InvalidArgument("[index] vectors: expected at least one, found none");
  const std::shared_lock lock(impl_->mutex);
  // Whoever is among the best k by its largest score is among the best k of the vector that gives it.
  std::unordered_map<std::int64_t, ScoredRow> best;
  for (const auto& found : impl_->find(vectors, num_vectors, options)) {
    for (const ScoredRow& row : found) {
      const auto [place, is_new] = best.emplace(row.id, row);
      if (!is_new && row.score > place->second.score)
        place->second = row;
    }
  }
  std::vector<std::vector<ScoredRow>> merged(1);
  for (const auto& [id, row] : best)
    merged[0].push_back(row);
  std::sort(merged[0].begin(), merged[0].end());
  merged[0].resize(std::min(options.k, merged[0].size()));
  return internal::pad_results(merged, options.k);
}

std::vector<std::size_t> VectorIndex::diversify(std::span<const std::int64_t> ids, std::span<const float> scores,
                                                std::size_t k, double diversity) const {
  if (scores.size() != ids.size())
    throw InvalidArgument("[index] scores: expected one per id, found " + std::to_string(scores.size()) + " for " +
                          std::to_string(ids.size()));
  if (!(diversity >= 0.0 && diversity <= 1.0))
    throw InvalidArgument("[index] diversity: expected 0 to 1, found " + std::to_string(diversity));
  const std::vector<float> values = vectors(ids);
  const auto dot = [&](std::size_t a, std::size_t b) {
    return std::inner_product(values.begin() + static_cast<std::ptrdiff_t>(a * dim()),
                              values.begin() + static_cast<std::ptrdiff_t>((a + 1) * dim()),
                              values.begin() + static_cast<std::ptrdiff_t>(b * dim()), 0.0);
  };
  std::vector<double> length(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    length[i] = std::max(std::sqrt(dot(i, i)), 1e-30);
  std::vector<std::size_t> left(ids.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<double> nearest_picked(ids.size(), 0.0);
  std::vector<std::size_t> picked;
  const auto gain = [&](std::size_t i) {
    return (1.0 - diversity) * static_cast<double>(scores[i]) - diversity * nearest_picked[i];
  };
  while (picked.size() < k && !left.empty()) {
    const auto best = std::max_element(left.begin(), left.end(), [&](auto a, auto b) { return gain(a) < gain(b); });
    const std::size_t chosen = *best;
    left.erase(best);
    for (const std::size_t i : left) {
      const double cosine = dot(chosen, i) / (length[chosen] * length[i]);
      nearest_picked[i] = picked.empty() ? cosine : std::max(nearest_picked[i], cosine);
    }
    picked.push_back(chosen);
  }
  return picked;
}

}  // namespace mess
