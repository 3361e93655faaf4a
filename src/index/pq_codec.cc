// SPDX-License-Identifier: MIT
#include "src/index/pq_codec.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "src/index/exact_search.h"
#include "src/support/parallel.h"

namespace mess::internal {

PqCodec::PqCodec(std::size_t dim, std::size_t num_parts, std::span<const float> centroids,
                 std::span<const float> codebooks)
    : num_parts_(num_parts),
      centroids_(dim, Storage::kFloat32, Metric::kInnerProduct, true),
      codebooks_(codebooks.begin(), codebooks.end()),
      biases_(num_parts * kPqEntries),
      kernels_(&pq_kernels(active_simd_level())) {
  for (std::size_t list = 0; list * dim < centroids.size(); ++list) {
    centroids_.append(static_cast<std::int64_t>(list), centroids.subspan(list * dim, dim));
    centroid_length_ =
        std::max(centroid_length_, std::sqrt(static_cast<double>(centroids_.row_info(list).squared_norm)));
  }
  double squared_length = 0.0;
  for (std::size_t j = 0; j < num_parts; ++j) {
    const std::size_t begin = part_begin(j);
    double longest = 0.0;
    for (std::size_t entry = 0; entry < kPqEntries; ++entry) {
      double squared = 0.0;
      for (std::size_t i = begin; i < part_begin(j + 1); ++i) {
        const auto value = static_cast<double>(codebooks_[i * kPqEntries + entry]);
        squared += value * value;
      }
      biases_[j * kPqEntries + entry] = static_cast<float>(-0.5 * squared);
      longest = std::max(longest, squared);
    }
    squared_length += longest;
  }
  residual_length_ = std::sqrt(squared_length);
}

std::size_t PqCodec::list_of(const std::byte* row) const {
  return std::min<std::size_t>(reinterpret_cast<const PqRow*>(row)->list, num_lists() - 1);
}

void PqCodec::encode_residual(std::span<const float> values, std::size_t list, std::byte* row) const {
  std::vector<float> residual(dim());
  centroids_.read(list, residual);
  for (std::size_t i = 0; i < dim(); ++i)
    residual[i] = values[i] - residual[i];
  auto* target = reinterpret_cast<std::uint8_t*>(row) + sizeof(PqRow);
  for (std::size_t j = 0; j < num_parts_; ++j) {
    const std::size_t begin = part_begin(j);
    target[j] = kernels_->nearest(residual.data() + begin, codebooks_.data() + begin * kPqEntries,
                                  biases_.data() + j * kPqEntries, part_begin(j + 1) - begin);
  }
  PqRow head{.list = static_cast<std::uint32_t>(list), .squared_norm = 0.0f};
  std::memcpy(row, &head, sizeof head);
  decode(row, residual);
  double squared = 0.0;
  for (const float value : residual)
    squared += static_cast<double>(value) * static_cast<double>(value);
  head.squared_norm = static_cast<float>(squared);
  std::memcpy(row, &head, sizeof head);
}

std::vector<std::byte> PqCodec::encode_all(std::span<const float> values, std::size_t num_threads) const {
  constexpr std::size_t kRowsAtOnce = 256;
  const std::size_t count = values.size() / dim();
  std::vector<std::byte> rows(count * stride());
  parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, num_threads, [&](std::size_t task) {
    const std::size_t first = task * kRowsAtOnce;
    const std::size_t here = std::min(kRowsAtOnce, count - first);
    std::vector<QuerySketch> queries;
    queries.reserve(here);
    for (std::size_t i = 0; i < here; ++i)
      queries.emplace_back(values.subspan((first + i) * dim(), dim()), Metric::kSquaredL2);
    const auto lists = search_exact_batch(centroids_, queries, 1, {nullptr, num_lists()}, 1);
    for (std::size_t i = 0; i < here; ++i) {
      encode_residual(values.subspan((first + i) * dim(), dim()), lists[i].front().row,
                      rows.data() + (first + i) * stride());
    }
  });
  return rows;
}

void PqCodec::decode(const std::byte* row, std::span<float> values) const {
  centroids_.read(list_of(row), values.first(dim()));
  const std::uint8_t* entries = codes(row);
  for (std::size_t j = 0; j < num_parts_; ++j) {
    for (std::size_t i = part_begin(j); i < part_begin(j + 1); ++i)
      values[i] += codebooks_[i * kPqEntries + entries[j]];
  }
}

void PqCodec::fill_tables(std::span<const float> query, std::span<float> tables) const {
  for (std::size_t j = 0; j < num_parts_; ++j) {
    const std::size_t begin = part_begin(j);
    kernels_->products(query.data() + begin, codebooks_.data() + begin * kPqEntries, part_begin(j + 1) - begin,
                       tables.data() + j * kPqEntries);
  }
}

double PqCodec::product_error(double query_length) const {
  // A sum of n floats in any order is off by n roundings of the sum of sizes at most (Higham, 2002, section 4.2); by
  // Cauchy and Schwarz the sizes add up to the product of the lengths.
  constexpr double kRounding = 1.2e-7;
  const std::size_t largest_part = dim() / num_parts_ + 1;
  const auto terms = static_cast<double>(largest_part + num_parts_ + 8);
  return kRounding * query_length * (terms * residual_length_ + 8.0 * longest());
}

std::size_t PqCodec::owned_bytes() const {
  return (codebooks_.capacity() + biases_.capacity()) * sizeof(float) + centroids_.precise.owned_bytes() +
         centroids_.sketch.owned_bytes() + centroids_.info.owned_bytes() + centroids_.ids.owned_bytes();
}

}  // namespace mess::internal
