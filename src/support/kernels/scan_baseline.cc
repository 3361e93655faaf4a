// SPDX-License-Identifier: MIT
#include <bit>

#include "src/support/kernels/scan_bounds.h"

namespace mess::internal {
namespace {

constexpr std::size_t kLanes = kScoreLanes;

std::int32_t product(const std::int8_t* query, const std::uint8_t* row, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += static_cast<std::int16_t>(query[i]) * static_cast<std::int16_t>(row[i]);
  return sum;
}

void upper_bounds(const std::int8_t* query, const SketchQuery& factors, const std::uint8_t* rows,
                  const SketchRow* row_info, std::size_t num_rows, std::size_t n, float* upper) {
  for (std::size_t r = 0; r < num_rows; ++r)
    upper[r] = upper_bound(product(query, rows + r * n, n), factors, row_info[r]);
}

void products(const std::int8_t* query, const std::uint8_t* const* rows, std::size_t num_rows, std::size_t n,
              std::int32_t* out) {
  for (std::size_t r = 0; r < num_rows; ++r)
    out[r] = product(query, rows[r], n);
}

std::int32_t code_product(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += static_cast<std::int16_t>(a[i]) * static_cast<std::int16_t>(b[i] - 128);
  return sum;
}

struct Lanes {
  double sums[kLanes] = {};

  double total() {
    for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
      for (std::size_t i = 0; i < width; ++i)
        sums[i] += sums[i + width];
    }
    return sums[0];
  }
};

// `value(i)` is the row's i-th value.
template <typename Value>
double dot_of(const float* query, std::size_t n, Value value) {
  Lanes lanes;
  for (std::size_t i = 0; i < n; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      lanes.sums[lane] += static_cast<double>(query[i + lane]) * static_cast<double>(value(i + lane));
  }
  return lanes.total();
}

template <typename Value>
double l2_of(const float* query, std::size_t n, Value value) {
  Lanes lanes;
  for (std::size_t i = 0; i < n; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double difference = static_cast<double>(query[i + lane]) - static_cast<double>(value(i + lane));
      lanes.sums[lane] += difference * difference;
    }
  }
  return lanes.total();
}

double dot_f32(const float* query, const float* row, std::size_t n) {
  return dot_of(query, n, [row](std::size_t i) { return row[i]; });
}
double dot_f16(const float* query, const std::uint16_t* row, std::size_t n) {
  return dot_of(query, n, [row](std::size_t i) { return half_to_float(row[i]); });
}
double dot_bf16(const float* query, const std::uint16_t* row, std::size_t n) {
  return dot_of(query, n, [row](std::size_t i) { return std::bit_cast<float>(std::uint32_t{row[i]} << 16); });
}
double dot_split(const float* query, const std::uint8_t* high, const std::int8_t* low, std::size_t n) {
  return dot_of(query, n, [high, low](std::size_t i) { return 254 * (high[i] - 128) + low[i]; });
}
double l2_f32(const float* query, const float* row, std::size_t n) {
  return l2_of(query, n, [row](std::size_t i) { return row[i]; });
}
double l2_f16(const float* query, const std::uint16_t* row, std::size_t n) {
  return l2_of(query, n, [row](std::size_t i) { return half_to_float(row[i]); });
}
double l2_bf16(const float* query, const std::uint16_t* row, std::size_t n) {
  return l2_of(query, n, [row](std::size_t i) { return std::bit_cast<float>(std::uint32_t{row[i]} << 16); });
}
double l2_split(const float* query, const std::uint8_t* high, const std::int8_t* low, double scale, std::size_t n) {
  return l2_of(query, n, [high, low, scale](std::size_t i) {
    return static_cast<double>(254 * (high[i] - 128) + low[i]) * scale;
  });
}

}  // namespace

const SketchKernels kSketchBaseline = {upper_bounds, products, code_product, nullptr};
const ScoreKernels kScoreBaseline = {dot_f32, dot_f16, dot_bf16, dot_split, l2_f32, l2_f16, l2_bf16, l2_split};

}  // namespace mess::internal
