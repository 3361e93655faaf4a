// SPDX-License-Identifier: MIT
// Product quantisation of residuals (Jegou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011):
// a vector is the centroid of its list plus, for each part of the vector, one of 256 entries of that part's codebook.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/index/row_store.h"
#include "src/support/kernels/pq_kernels.h"

namespace mess::internal {

/// What stands before the codes of a row.
struct PqRow {
  std::uint32_t list;
  float squared_norm;  // of the decoded vector
};

class PqCodec {
 public:
  /// @param centroids  of the lists, num_lists x dim
  /// @param codebooks  256 x dim values: part after part, each as [value of the part][entry]
  PqCodec(std::size_t dim, std::size_t num_parts, std::span<const float> centroids, std::span<const float> codebooks);

  static constexpr std::size_t row_stride(std::size_t num_parts) { return round_up(sizeof(PqRow) + num_parts, 8); }

  std::size_t dim() const { return centroids_.dim; }
  std::size_t num_parts() const { return num_parts_; }
  std::size_t num_lists() const { return centroids_.num_rows(); }
  std::size_t stride() const { return row_stride(num_parts_); }
  std::span<const float> codebooks() const { return codebooks_; }
  /// Part j holds the values part_begin(j) to part_begin(j + 1) - 1; sizes differ by one at most.
  std::size_t part_begin(std::size_t j) const { return dim() * j / num_parts_; }
  const RowStore& centroids() const { return centroids_; }
  /// Any number in a file is safe.
  std::size_t list_of(const std::byte* row) const;
  static const std::uint8_t* codes(const std::byte* row) {
    return reinterpret_cast<const std::uint8_t*>(row) + sizeof(PqRow);
  }

  /// The nearest centroid, and the nearest entries to what is left, of each of values.size() / dim vectors: rows of
  /// stride() bytes, one after the other.
  std::vector<std::byte> encode_all(std::span<const float> values, std::size_t num_threads) const;
  void decode(const std::byte* row, std::span<float> values) const;

  /// tables[j * 256 + entry]: what an entry of part j adds to the inner product with `query`, dim values.
  void fill_tables(std::span<const float> query, std::span<float> tables) const;
  /// How far the sum of the tables and the product with the centroid, in float32, may be from the inner product with
  /// the decoded vector, for a query of that length.
  double product_error(double query_length) const;
  /// No decoded vector is longer.
  double longest() const { return centroid_length_ + residual_length_; }
  std::size_t owned_bytes() const;

 private:
  void encode_residual(std::span<const float> values, std::size_t list, std::byte* row) const;

  std::size_t num_parts_;
  RowStore centroids_;
  std::vector<float> codebooks_;
  std::vector<float> biases_;     // -|entry|^2 / 2: with it the largest product is that of the nearest entry
  double centroid_length_ = 0.0;  // the longest
  double residual_length_ = 0.0;  // no sum of entries is longer
  const PqKernels* kernels_;
};

}  // namespace mess::internal
