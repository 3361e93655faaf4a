// SPDX-License-Identifier: MIT
#include "src/moments/warping.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "src/support/kernels/kernels.h"

namespace mess::internal {
namespace {

constexpr float kUnreachable = 1e30f;

// Rows and columns that one step of a path takes.
struct Step {
  std::size_t rows;
  std::size_t columns;
};
constexpr std::array<Step, 3> kSteps{{{1, 1}, {1, 2}, {2, 1}}};

class CostTable {
 public:
  CostTable(const ScaledRows& query, const ScaledRows& track)
      : num_rows_(query.size()),
        num_columns_(track.size()),
        local_(num_rows_ * num_columns_),
        total_(num_rows_ * num_columns_, kUnreachable) {
    std::vector<float> energies(num_columns_);
    for (std::size_t j = 0; j < num_columns_; ++j)
      energies[j] = dot(track.row(j), track.row(j), track.dim());
    for (std::size_t i = 0; i < num_rows_; ++i)
      fill_local(query, track, i, energies);
    std::copy_n(local_.begin(), num_columns_, total_.begin());
    for (std::size_t i = 1; i < num_rows_; ++i) {
      for (const Step& step : kSteps)
        extend(i, step);
    }
  }

  /// Cost of the cheapest path that ends in column j with the last row.
  float ending_at(std::size_t j) const { return total_[(num_rows_ - 1) * num_columns_ + j]; }

  std::vector<RowPair> path_to(std::size_t j) const {
    std::vector<RowPair> pairs{{num_rows_ - 1, j}};
    for (std::size_t i = num_rows_ - 1; i > 0;) {
      const Step step = step_to(i, j);
      i -= step.rows;
      j -= step.columns;
      pairs.emplace_back(i, j);
    }
    std::reverse(pairs.begin(), pairs.end());
    return pairs;
  }

 private:
  // 0 for equal rows, 2 for opposite ones: costs only grow along a path.
  void fill_local(const ScaledRows& query, const ScaledRows& track, std::size_t i, const std::vector<float>& energies) {
    const float own_energy = dot(query.row(i), query.row(i), query.dim());
    for (std::size_t j = 0; j < num_columns_; ++j) {
      const float product = dot(query.row(i), track.row(j), query.dim());
      const float energy = own_energy + energies[j];
      const bool is_known = energy > 0.0f && std::isfinite(energy);
      local_[i * num_columns_ + j] = is_known ? std::clamp(1.0f - 2.0f * product / energy, 0.0f, 2.0f) : 1.0f;
    }
  }

  // All paths that reach row i by one kind of step: a row depends on earlier ones alone, so that this is one plain loop.
  void extend(std::size_t i, const Step& step) {
    if (i < step.rows || num_columns_ <= step.columns)
      return;
    const auto weight = static_cast<float>(step.rows);
    const float* const before = total_.data() + (i - step.rows) * num_columns_;
    const float* const local = local_.data() + i * num_columns_ + step.columns;
    float* const total = total_.data() + i * num_columns_ + step.columns;
    for (std::size_t j = 0; j < num_columns_ - step.columns; ++j)
      total[j] = std::min(total[j], before[j] + weight * local[j]);
  }

  Step step_to(std::size_t i, std::size_t j) const {
    Step best = kSteps[0];
    float lowest = std::numeric_limits<float>::infinity();
    for (const Step& step : kSteps) {
      if (i < step.rows || j < step.columns)
        continue;
      const float cost = total_[(i - step.rows) * num_columns_ + j - step.columns] +
                         static_cast<float>(step.rows) * local_[i * num_columns_ + j];
      if (cost < lowest) {
        lowest = cost;
        best = step;
      }
    }
    return best;
  }

  std::size_t num_rows_;
  std::size_t num_columns_;
  std::vector<float> local_;
  std::vector<float> total_;
};

}  // namespace

std::vector<WarpedPath> warped_paths(const ScaledRows& query, const ScaledRows& track, std::size_t max_paths,
                                     std::size_t separation) {
  const CostTable costs(query, track);
  std::vector<std::size_t> ends;
  for (std::size_t j = 0; j < track.size(); ++j) {
    if (costs.ending_at(j) < kUnreachable)
      ends.push_back(j);
  }
  std::stable_sort(ends.begin(), ends.end(),
                   [&](std::size_t a, std::size_t b) { return costs.ending_at(a) < costs.ending_at(b); });
  std::vector<std::size_t> chosen;
  for (const std::size_t end : ends) {
    const bool is_apart = std::all_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
      return (end > other ? end - other : other - end) >= separation;
    });
    if (is_apart)
      chosen.push_back(end);
    if (chosen.size() == max_paths)
      break;
  }
  std::vector<WarpedPath> paths;
  for (const std::size_t end : chosen) {
    const float mean_cost = costs.ending_at(end) / static_cast<float>(query.size());
    paths.push_back({costs.path_to(end), 1.0f - mean_cost});
  }
  return paths;
}

}  // namespace mess::internal
