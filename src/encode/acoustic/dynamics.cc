// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/dynamics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mess::internal::acoustic {
namespace {

constexpr double kLowestDb = -100.0;
constexpr double kHighestDb = 40.0;
constexpr double kBinDb = 0.005;
constexpr std::array<double, 6> kShares{0.05, 0.10, 0.25, 0.75, 0.90, 0.95};

}  // namespace

Dynamics::Dynamics() : histogram_(static_cast<std::size_t>((kHighestDb - kLowestDb) / kBinDb)) {}

void Dynamics::add(double mean_square) {
  const double db = 10.0 * std::log10(mean_square);
  const double bin = std::clamp((db - kLowestDb) / kBinDb, 0.0, static_cast<double>(histogram_.size() - 1));
  ++histogram_[static_cast<std::size_t>(bin)];
  if (count_ > 0)
    sum_of_steps_ += std::abs(db - last_db_);
  last_db_ = db;
  sum_ += db;
  sum_of_squares_ += db * db;
  mean_square_sum_ += mean_square;
  ++count_;
}

double Dynamics::percentile(double share) const {
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(count_ - 1));
  std::size_t seen = 0;
  std::size_t bin = 0;
  while ((seen += histogram_[bin]) <= wanted)
    ++bin;
  return kLowestDb + kBinDb * (static_cast<double>(bin) + 0.5);
}

std::vector<float> Dynamics::values() const {
  const auto count = static_cast<double>(count_);
  const double median = percentile(0.5);
  std::vector<float> values;
  values.reserve(kShares.size() + 2);
  for (const double share : kShares)
    values.push_back(static_cast<float>(percentile(share) - median));
  const double mean = sum_ / count;
  values.push_back(static_cast<float>(count_ > 1 ? sum_of_steps_ / (count - 1.0) : 0.0));
  values.push_back(static_cast<float>(std::sqrt(std::max(0.0, sum_of_squares_ / count - mean * mean))));
  return values;
}

}  // namespace mess::internal::acoustic
