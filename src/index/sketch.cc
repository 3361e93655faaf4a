// SPDX-License-Identifier: MIT
#include "src/index/sketch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mess::internal {
namespace {

constexpr double kSteps = 127.0;
constexpr double kLowSteps = 254.0;
// Roundings of a bound: a few units in the last place of its largest term.
constexpr double kRounding = 1e-6;

float round_away(double value) {
  const auto rounded = static_cast<float>(value * (1.0 + 1e-7));
  return std::nextafter(rounded, std::numeric_limits<float>::max());
}

float scale_of(std::span<const float> values) {
  float largest = 0.0f;
  for (const float value : values)
    largest = std::max(largest, std::abs(value));
  return static_cast<float>(largest / kSteps);
}

// To the nearest step, without a call into the mathematics library.
int step_of(double value, double inverse, double limit) {
  double steps = value * inverse;
  // A file may hold what is not a number.
  if (!(std::abs(steps) <= limit))
    steps = steps > 0.0 ? limit : -limit;
  return static_cast<int>(steps + (steps < 0.0 ? -0.5 : 0.5));
}

double inverse_of(float scale) { return scale > 0.0f ? 1.0 / static_cast<double>(scale) : 0.0; }

struct Sums {
  double squared_sketch = 0.0;
  double squared_error = 0.0;
  double squared_row = 0.0;
  std::int32_t codes = 0;

  void add(int step, double sketch, double value) {
    codes += step;
    squared_sketch += sketch * sketch;
    squared_error += (value - sketch) * (value - sketch);
    squared_row += value * value;
  }
  SketchRow row(float scale) const {
    return {.scale = scale,
            .error = round_away(std::sqrt(squared_error)),
            .norm = round_away(std::sqrt(squared_sketch)),
            .squared_norm = static_cast<float>(squared_row),
            .code_sum = codes};
  }
};

}  // namespace

SketchRow sketch_row(std::span<const float> precise, std::uint8_t* codes) {
  const float scale = scale_of(precise);
  const double inverse = inverse_of(scale);
  Sums sums;
  for (std::size_t i = 0; i < precise.size(); ++i) {
    const int step = step_of(precise[i], inverse, kSteps);
    codes[i] = static_cast<std::uint8_t>(step + 128);
    sums.add(step, step * static_cast<double>(scale), precise[i]);
  }
  std::fill(codes + precise.size(), codes + round_up(precise.size(), kSketchAlignment), std::uint8_t{128});
  return sums.row(scale);
}

SketchRow sketch_and_refine_row(std::span<const float> values, std::uint8_t* codes, std::int8_t* low) {
  const float scale = scale_of(values);
  const double inverse = inverse_of(scale);
  const double low_scale = static_cast<double>(scale) / kLowSteps;
  Sums sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int step = step_of(values[i], inverse, kSteps);
    const double sketch = step * static_cast<double>(scale);
    const int low_step = step_of(values[i] - sketch, inverse * kLowSteps, kSteps);
    codes[i] = static_cast<std::uint8_t>(step + 128);
    low[i] = static_cast<std::int8_t>(low_step);
    sums.add(step, sketch, (kLowSteps * step + low_step) * low_scale);
  }
  std::fill(codes + values.size(), codes + round_up(values.size(), kSketchAlignment), std::uint8_t{128});
  std::fill(low + values.size(), low + round_up(values.size(), kSketchAlignment), std::int8_t{0});
  return sums.row(scale);
}

QuerySketch::QuerySketch(std::span<const float> query, Metric metric_)
    : codes(round_up(query.size(), kSketchAlignment)),
      values(round_up(query.size(), kSketchAlignment)),
      metric(metric_) {
  std::copy(query.begin(), query.end(), values.begin());
  const float scale = scale_of(query);
  const double inverse = inverse_of(scale);
  Sums sums;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const int step = step_of(query[i], inverse, kSteps);
    codes[i] = static_cast<std::int8_t>(step);
    sums.add(step, step * static_cast<double>(scale), query[i]);
  }
  length = std::sqrt(sums.squared_row);
  // A squared distance is |q|^2 + |x|^2 - 2 <q,x>.
  const bool is_l2 = metric == Metric::kSquaredL2;
  const double factor = is_l2 ? 2.0 : 1.0;
  factors = {.scale = static_cast<float>(factor) * scale,
             .norm_slack = round_away(factor * (std::sqrt(sums.squared_error) + kRounding * length)),
             .error_slack = round_away(factor * (1.0 + kRounding) * length),
             .squared_factor = is_l2 ? static_cast<float>(-(1.0 - 2.0 * kRounding)) : 0.0f,
             .constant = is_l2 ? static_cast<float>(-sums.squared_row * (1.0 - 2.0 * kRounding)) : 0.0f,
             .offset = 128 * sums.codes};
  squared_slack = is_l2 ? static_cast<float>(6.0 * kRounding) : 0.0f;
  constant_slack = is_l2 ? static_cast<float>(6.0 * kRounding * sums.squared_row) : 0.0f;
}

}  // namespace mess::internal
