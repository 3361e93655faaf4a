// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "src/index/id_table.h"
#include "src/index/plane.h"
#include "src/index/sketch.h"
#include "src/index/storage.h"
#include "src/support/kernels/scan_kernels.h"

namespace mess::internal {

class PqCodec;

/// One bit per row.
class RowBits {
 public:
  void resize(std::size_t num_rows) { words_.resize((num_rows + 63) / 64); }
  void set(std::size_t r) { words_[r / 64] |= std::uint64_t{1} << r % 64; }
  void clear(std::size_t r) { words_[r / 64] &= ~(std::uint64_t{1} << r % 64); }
  bool test(std::size_t r) const { return r / 64 < words_.size() && (words_[r / 64] >> r % 64 & 1) != 0; }
  std::size_t count() const;
  std::span<const std::uint64_t> words() const { return words_; }
  void assign(std::span<const std::uint64_t> words) { words_.assign(words.begin(), words.end()); }

 private:
  std::vector<std::uint64_t> words_;
};

/// The rows of an index: ids, values in full precision, sketches. A removed row either gives its place to the last one
/// or is left behind as dead, where a structure refers to rows by number.
struct RowStore {
  std::size_t dim;
  Storage storage;
  Metric metric;
  bool has_sketch;
  std::size_t sketch_stride;
  Plane ids;
  Plane precise;
  Plane sketch;
  Plane info;  // SketchRow
  IdTable table;
  RowBits dead;
  std::size_t num_dead = 0;
  std::shared_ptr<const PqCodec> codec;  // of kPq
  const SketchKernels* kernels;
  const ScoreKernels* scores;

  RowStore(std::size_t dim_, Storage storage_, Metric metric_, bool has_sketch_);
  /// Quantised rows.
  RowStore(std::shared_ptr<const PqCodec> codec_, Metric metric_);
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  std::size_t num_rows() const { return ids.size(); }
  std::size_t num_live() const { return ids.size() - num_dead; }
  std::int64_t id(std::size_t r) const { return *row_as<std::int64_t>(ids, r); }
  bool is_dead(std::size_t r) const { return num_dead > 0 && dead.test(r); }
  const SketchRow& row_info(std::size_t r) const { return *row_as<SketchRow>(info, r); }
  const std::uint8_t* codes(std::size_t r) const { return row_as<std::uint8_t>(sketch, r); }

  /// The id must be new, and the rows not quantised. Values too large for the storage were refused before.
  void append(std::int64_t id, std::span<const float> values);
  /// A row that the codec has encoded.
  void append_encoded(std::int64_t id, std::span<const std::byte> row);
  /// A row of a store of the same kind, as it is.
  void copy_row(const RowStore& other, std::size_t r);
  void swap_remove(std::size_t r);
  void bury(std::size_t r);

  /// By the query's metric, as search results say it: larger is better.
  double score(const QuerySketch& query, std::size_t r) const;
  /// The values as kept.
  void read(std::size_t r, std::span<float> values) const;
  void prefetch_precise(std::size_t r) const;

 private:
  RowStore(std::size_t dim_, Storage storage_, Metric metric_, bool has_sketch_, std::size_t stride);
  void write_precise(std::byte* target, std::span<const float> values, std::vector<float>& kept) const;
};

/// The largest size of a value that the storage can keep.
float largest_value(Storage storage);

}  // namespace mess::internal
