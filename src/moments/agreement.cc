// SPDX-License-Identifier: MIT
#include "src/moments/agreement.h"

#include <vector>

namespace mess::internal {
namespace {

constexpr double kVarianceFloor = 0.1;  // of the mean variance: what hardly changes must not be blown up
// Below this mean variance nothing changes but the last bits.
constexpr double kStill = 1e-9;

}  // namespace

float agreement(const ScaledRows& query, const ScaledRows& track, std::span<const RowPair> pairs) {
  const std::size_t dim = query.dim();
  if (pairs.size() < 2)
    return 0.0f;
  const auto count = static_cast<double>(pairs.size());
  std::vector<double> query_mean(dim);
  std::vector<double> track_mean(dim);
  for (const auto& [i, j] : pairs) {
    for (std::size_t d = 0; d < dim; ++d) {
      query_mean[d] += query.row(i)[d] / count;
      track_mean[d] += track.row(j)[d] / count;
    }
  }
  std::vector<double> variance(dim);
  std::vector<double> covariance(dim);
  for (const auto& [i, j] : pairs) {
    for (std::size_t d = 0; d < dim; ++d) {
      const double a = query.row(i)[d] - query_mean[d];
      const double b = track.row(j)[d] - track_mean[d];
      variance[d] += (a * a + b * b) / (2.0 * count);
      covariance[d] += a * b / count;
    }
  }
  double mean_variance = 0.0;
  for (const double value : variance)
    mean_variance += value / static_cast<double>(dim);
  if (mean_variance < kStill)
    return 0.0f;
  double agreeing = 0.0;
  double total = 0.0;
  for (std::size_t d = 0; d < dim; ++d) {
    const double weight = 1.0 / (variance[d] + kVarianceFloor * mean_variance);
    agreeing += weight * covariance[d];
    total += weight * variance[d];
  }
  return static_cast<float>(agreeing / total);
}

}  // namespace mess::internal
