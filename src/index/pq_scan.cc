// SPDX-License-Identifier: MIT
#include "src/index/pq_scan.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace mess::internal {
namespace {

constexpr std::size_t kTogether = 4;

// Four rows side by side hide the latency of the additions; eight codes come in one load.
void add_parts(const float* tables, std::span<const std::uint8_t* const, kTogether> codes, std::size_t num_parts,
               float* sums) {
  std::array<float, kTogether> total{};
  std::size_t j = 0;
  for (; j + 8 <= num_parts; j += 8) {
    std::array<std::uint64_t, kTogether> eight;
    for (std::size_t r = 0; r < kTogether; ++r)
      std::memcpy(&eight[r], codes[r] + j, 8);
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t r = 0; r < kTogether; ++r)
        total[r] += tables[(j + i) * kPqEntries + (eight[r] >> 8 * i & 255)];
    }
  }
  for (; j < num_parts; ++j) {
    for (std::size_t r = 0; r < kTogether; ++r)
      total[r] += tables[j * kPqEntries + codes[r][j]];
  }
  std::copy(total.begin(), total.end(), sums);
}

}  // namespace

PqScan::PqScan(const RowStore& rows, const QuerySketch& query)
    : rows_(rows),
      query_(query),
      tables_(rows.codec->num_parts() * kPqEntries),
      list_products_(rows.codec->num_lists(), std::numeric_limits<float>::quiet_NaN()),
      is_l2_(query.metric == Metric::kSquaredL2),
      squared_length_(static_cast<float>(query.length * query.length)) {
  const PqCodec& codec = *rows.codec;
  codec.fill_tables(std::span(query.values).first(rows.dim), tables_);
  double slack = codec.product_error(query.length);
  if (is_l2_) {
    const double sum = query.length + codec.longest();
    slack = 2.0 * slack + 1e-6 * sum * sum;
  }
  slack_ = static_cast<float>(slack * 1.001) + std::numeric_limits<float>::min();
}

float PqScan::list_product(std::size_t list) {
  float& product = list_products_[list];
  if (std::isnan(product)) {
    const RowStore& centroids = rows_.codec->centroids();
    product = static_cast<float>(centroids.scores->dot_f32(query_.values.data(), row_as<float>(centroids.precise, list),
                                                           round_up(rows_.dim, kScoreLanes)));
  }
  return product;
}

void PqScan::score() {
  const PqCodec& codec = *rows_.codec;
  for (std::size_t i = 0; i < count_; ++i)
    rows_.prefetch_precise(numbers_[i]);
  std::array<const std::uint8_t*, kTogether> codes;
  for (std::size_t first = 0; first < count_; first += kTogether) {
    const std::size_t here = std::min(kTogether, count_ - first);
    for (std::size_t i = 0; i < kTogether; ++i)
      codes[i] = PqCodec::codes(rows_.precise.row(numbers_[first + std::min(i, here - 1)]));
    std::array<float, kTogether> sums;
    add_parts(tables_.data(), codes, codec.num_parts(), sums.data());
    for (std::size_t i = 0; i < here; ++i) {
      const std::byte* row = rows_.precise.row(numbers_[first + i]);
      const float product = sums[i] + list_product(codec.list_of(row));
      scores_[first + i] =
          is_l2_ ? 2.0f * product - reinterpret_cast<const PqRow*>(row)->squared_norm - squared_length_ : product;
    }
  }
}

}  // namespace mess::internal
