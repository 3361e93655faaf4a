// SPDX-License-Identifier: MIT
#include "src/index/hubness.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "src/support/parallel.h"

namespace mess::internal {
namespace {

// The probability that a Gaussian exceeds the score.
double tail(double score, const ScoreSpread& spread) {
  const double deviation = std::max(static_cast<double>(spread.deviation), 1e-12);
  return 0.5 * std::erfc((score - static_cast<double>(spread.mean)) / (deviation * std::numbers::sqrt2));
}

}  // namespace

HubnessModel::HubnessModel(std::size_t dim, Metric metric, std::span<const float> sample)
    : sample_values_(sample.begin(), sample.end()), sample_(dim, Storage::kFloat32, metric, false) {
  for (std::size_t i = 0; i * dim < sample.size(); ++i)
    sample_.append(static_cast<std::int64_t>(i), sample.subspan(i * dim, dim));
}

HubnessModel::HubnessModel(std::size_t dim, Metric metric, std::span<const float> sample,
                           std::span<const ScoreSpread> spreads)
    : HubnessModel(dim, metric, sample) {
  spreads_.assign(spreads.begin(), spreads.end());
}

ScoreSpread HubnessModel::spread_of(const QuerySketch& query) const {
  const std::size_t count = sample_.num_rows();
  std::vector<double> scores(count);
  double mean = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    scores[i] = sample_.score(query, i);
    mean += scores[i] / static_cast<double>(count);
  }
  double variance = 0.0;
  for (const double score : scores)
    variance += (score - mean) * (score - mean) / static_cast<double>(count);
  return {static_cast<float>(mean), static_cast<float>(std::sqrt(variance))};
}

void HubnessModel::learn(const RowStore& rows, std::size_t num_threads) {
  const std::size_t first = spreads_.size();
  spreads_.resize(rows.num_rows());
  constexpr std::size_t kRun = 64;
  parallel_for((rows.num_rows() - first + kRun - 1) / kRun, num_threads, [&](std::size_t task) {
    std::vector<float> values(rows.dim);
    const std::size_t begin = first + task * kRun;
    for (std::size_t r = begin; r < std::min(begin + kRun, rows.num_rows()); ++r) {
      rows.read(r, values);
      spreads_[r] = spread_of(QuerySketch(values, rows.metric));
    }
  });
}

void HubnessModel::swap_remove(std::size_t row) {
  spreads_[row] = spreads_.back();
  spreads_.pop_back();
}

void HubnessModel::keep_live(const RowStore& rows) {
  std::size_t kept = 0;
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (!rows.is_dead(r))
      spreads_[kept++] = spreads_[r];
  }
  spreads_.resize(kept);
}

std::size_t HubnessModel::pool_size(std::size_t k) const {
  constexpr std::size_t kFactor = 10;
  constexpr std::size_t kLeast = 200;
  return std::max(kLeast, k * kFactor);
}

void HubnessModel::rerank(const QuerySketch& query, std::size_t k, std::vector<ScoredRow>& found) const {
  const ScoreSpread own = spread_of(query);
  // The complement tells large proximities apart that round to 1.
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double of_query = tail(found[i].score, own);
    const double of_row = tail(found[i].score, spreads_[found[i].row]);
    order.emplace_back(of_query + of_row - of_query * of_row, i);
  }
  std::sort(order.begin(), order.end());
  order.resize(std::min(k, order.size()));
  std::vector<ScoredRow> result;
  result.reserve(order.size());
  for (const auto& [complement, i] : order)
    result.push_back({1.0 - complement, found[i].id, found[i].row});
  found = std::move(result);
}

OccurrenceStatistics occurrence_statistics(std::span<const std::size_t> counts) {
  OccurrenceStatistics result{};
  if (counts.empty())
    return result;
  const auto n = static_cast<double>(counts.size());
  double mean = 0.0;
  double none = 0.0;
  for (const std::size_t count : counts) {
    mean += static_cast<double>(count) / n;
    none += count == 0 ? 1.0 : 0.0;
    result.largest = std::max(result.largest, count);
  }
  double second = 0.0;
  double third = 0.0;
  for (const std::size_t count : counts) {
    const double difference = static_cast<double>(count) - mean;
    second += difference * difference / n;
    third += difference * difference * difference / n;
  }
  result.skewness = second > 0.0 ? third / std::pow(second, 1.5) : 0.0;
  result.anti_share = none / n;
  return result;
}

}  // namespace mess::internal
