// SPDX-License-Identifier: MIT
#include <algorithm>
#include <mutex>
#include <numeric>
#include <random>
#include <shared_mutex>
#include <unordered_set>

#include "mess/error.h"
#include "src/index/index_impl.h"

namespace mess {
namespace {

using internal::ScoredRow;

// Live rows, `count` of them at most, the same ones each time.
std::vector<std::size_t> sample_rows(const internal::RowStore& rows, std::size_t count) {
  std::vector<std::size_t> live;
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (!rows.is_dead(r))
      live.push_back(r);
  }
  std::mt19937_64 random(1);  // NOLINT(bugprone-random-generator-seed): the same sample every time
  // Not std::shuffle: its result is left to the standard library.
  for (std::size_t i = 0; i < std::min(count, live.size()); ++i)
    std::swap(live[i], live[i + random() % (live.size() - i)]);
  live.resize(std::min(count, live.size()));
  return live;
}

std::vector<float> read_rows(const internal::RowStore& rows, std::span<const std::size_t> numbers) {
  std::vector<float> values(numbers.size() * rows.dim);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    rows.read(numbers[i], std::span(values).subspan(i * rows.dim, rows.dim));
  return values;
}

// The vector that asks is no answer.
void drop_row(std::vector<ScoredRow>& found, std::size_t row, std::size_t k) {
  std::erase_if(found, [row](const ScoredRow& scored) { return scored.row == row; });
  found.resize(std::min(found.size(), k));
}

void check_k(std::size_t k) {
  if (k == 0)
    throw InvalidArgument("[index] k: expected at least 1, found 0");
}

constexpr std::size_t kQueriesAtOnce = 1024;

}  // namespace

void VectorIndex::fit_hubness(std::size_t sample_size) {
  const std::unique_lock lock(impl_->mutex);
  if (sample_size < 2)
    throw InvalidArgument("[index] sample_size: expected at least 2, found " + std::to_string(sample_size));
  if (impl_->rows->num_live() < 2)
    throw InvalidArgument("[index] fit_hubness: expected at least 2 vectors, found " +
                          std::to_string(impl_->rows->num_live()));
  const auto sample = read_rows(*impl_->rows, sample_rows(*impl_->rows, sample_size));
  auto model = std::make_unique<internal::HubnessModel>(dim(), impl_->rows->metric, sample);
  model->learn(*impl_->rows, impl_->num_threads());
  impl_->hubness = std::move(model);
}

bool VectorIndex::has_hubness() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->hubness != nullptr;
}

HubnessReport VectorIndex::hubness(std::size_t k, bool corrected, std::size_t max_queries) const {
  check_k(k);
  const std::shared_lock lock(impl_->mutex);
  const internal::RowStore& rows = *impl_->rows;
  const auto queries = sample_rows(rows, max_queries);
  std::vector<std::size_t> counts(rows.num_rows());
  for (std::size_t first = 0; first < queries.size(); first += kQueriesAtOnce) {
    const auto block = std::span(queries).subspan(first, std::min(kQueriesAtOnce, queries.size() - first));
    auto found =
        impl_->find(read_rows(rows, block), block.size(), {.k = k + 1, .exact = true, .correct_hubness = corrected});
    for (std::size_t q = 0; q < block.size(); ++q) {
      drop_row(found[q], block[q], k);
      for (const ScoredRow& row : found[q])
        ++counts[row.row];
    }
  }
  std::vector<std::size_t> live_counts;
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (!rows.is_dead(r))
      live_counts.push_back(counts[r]);
  }
  const auto statistics = internal::occurrence_statistics(live_counts);
  return {.k = k,
          .num_queries = queries.size(),
          .skewness = statistics.skewness,
          .anti_hub_share = statistics.anti_share,
          .largest_count = statistics.largest};
}

RecallEstimate VectorIndex::recall_estimate(std::size_t k, std::size_t num_queries, std::size_t effort) const {
  check_k(k);
  const std::shared_lock lock(impl_->mutex);
  const internal::RowStore& rows = *impl_->rows;
  const auto queries = sample_rows(rows, num_queries);
  RecallEstimate estimate{.recall = 1.0, .lowest = 1.0, .k = k, .num_queries = queries.size()};
  if (queries.empty())
    return estimate;
  const auto values = read_rows(rows, queries);
  auto found = impl_->find(values, queries.size(), {.k = k + 1, .effort = effort});
  auto truth = impl_->find(values, queries.size(), {.k = k + 1, .exact = true});
  double total = 0.0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    drop_row(found[q], queries[q], k);
    drop_row(truth[q], queries[q], k);
    std::unordered_set<std::uint32_t> wanted;
    for (const ScoredRow& row : truth[q])
      wanted.insert(row.row);
    const auto hits = std::count_if(found[q].begin(), found[q].end(),
                                    [&wanted](const ScoredRow& row) { return wanted.contains(row.row); });
    const double recall = truth[q].empty() ? 1.0 : static_cast<double>(hits) / static_cast<double>(truth[q].size());
    total += recall;
    estimate.lowest = std::min(estimate.lowest, recall);
  }
  estimate.recall = total / static_cast<double>(queries.size());
  return estimate;
}

}  // namespace mess
