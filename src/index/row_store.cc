// SPDX-License-Identifier: MIT
#include "src/index/row_store.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "src/index/pq_codec.h"

namespace mess::internal {

std::size_t RowBits::count() const {
  std::size_t total = 0;
  for (const std::uint64_t word : words_)
    total += static_cast<std::size_t>(std::popcount(word));
  return total;
}

RowStore::RowStore(std::size_t dim_, Storage storage_, Metric metric_, bool has_sketch_)
    : RowStore(dim_, storage_, metric_, has_sketch_, precise_stride(storage_, dim_)) {}

RowStore::RowStore(std::shared_ptr<const PqCodec> codec_, Metric metric_)
    : RowStore(codec_->dim(), Storage::kPq, metric_, false, codec_->stride()) {
  codec = std::move(codec_);
}

RowStore::RowStore(std::size_t dim_, Storage storage_, Metric metric_, bool has_sketch_, std::size_t stride)
    : dim(dim_),
      storage(storage_),
      metric(metric_),
      has_sketch(has_sketch_ || storage_ == Storage::kInt8),
      sketch_stride(round_up(dim_, kSketchAlignment)),
      ids(sizeof(std::int64_t)),
      precise(stride),
      sketch(sketch_stride),
      info(sizeof(SketchRow)),
      table(ids),
      kernels(&sketch_kernels(active_simd_level())),
      scores(&score_kernels(active_simd_level())) {}

void RowStore::append(std::int64_t id, std::span<const float> values) {
  const std::size_t r = num_rows();
  std::byte* target = precise.append();
  if (has_sketch) {
    auto* codes = reinterpret_cast<std::uint8_t*>(sketch.append());
    auto* row = reinterpret_cast<SketchRow*>(info.append());
    if (storage == Storage::kInt8) {
      *row = sketch_and_refine_row(values, codes, reinterpret_cast<std::int8_t*>(target));
    } else {
      std::vector<float> kept;
      write_precise(target, values, kept);
      *row = sketch_row(kept, codes);
    }
  } else {
    std::vector<float> kept;
    write_precise(target, values, kept);
  }
  *reinterpret_cast<std::int64_t*>(ids.append()) = id;
  table.insert(id, r);
}

void RowStore::append_encoded(std::int64_t id, std::span<const std::byte> row) {
  std::memcpy(precise.append(), row.data(), precise.stride());
  *reinterpret_cast<std::int64_t*>(ids.append()) = id;
  table.insert(id, num_rows() - 1);
}

void RowStore::copy_row(const RowStore& other, std::size_t r) {
  const std::size_t row = num_rows();
  std::memcpy(precise.append(), other.precise.row(r), precise.stride());
  if (has_sketch) {
    std::memcpy(sketch.append(), other.sketch.row(r), sketch.stride());
    std::memcpy(info.append(), other.info.row(r), info.stride());
  }
  *reinterpret_cast<std::int64_t*>(ids.append()) = other.id(r);
  table.insert(other.id(r), row);
}

void RowStore::write_precise(std::byte* target, std::span<const float> values, std::vector<float>& kept) const {
  kept.assign(values.begin(), values.end());
  if (storage == Storage::kFloat32) {
    std::memcpy(target, values.data(), values.size_bytes());
    return;
  }
  auto* halves = reinterpret_cast<std::uint16_t*>(target);
  const bool is_half = storage == Storage::kFloat16;
  for (std::size_t i = 0; i < values.size(); ++i) {
    halves[i] = is_half ? float_to_half(values[i]) : float_to_bfloat(values[i]);
    kept[i] = is_half ? half_to_float(halves[i]) : bfloat_to_float(halves[i]);
  }
}

void RowStore::swap_remove(std::size_t r) {
  table.erase(id(r));
  const std::size_t last = num_rows() - 1;
  if (r != last)
    table.move(id(last), r);
  ids.swap_remove(r);
  precise.swap_remove(r);
  if (has_sketch) {
    sketch.swap_remove(r);
    info.swap_remove(r);
  }
}

void RowStore::bury(std::size_t r) {
  table.erase(id(r));
  dead.resize(num_rows());
  dead.set(r);
  ++num_dead;
}

double RowStore::score(const QuerySketch& query, std::size_t r) const {
  const float* q = query.values.data();
  const bool is_l2 = query.metric == Metric::kSquaredL2;
  const std::size_t n = round_up(dim, kScoreLanes);
  switch (storage) {
    case Storage::kFloat32: {
      const auto* row = row_as<float>(precise, r);
      return is_l2 ? -scores->l2_f32(q, row, n) : scores->dot_f32(q, row, n);
    }
    case Storage::kFloat16: {
      const auto* row = row_as<std::uint16_t>(precise, r);
      return is_l2 ? -scores->l2_f16(q, row, n) : scores->dot_f16(q, row, n);
    }
    case Storage::kBfloat16: {
      const auto* row = row_as<std::uint16_t>(precise, r);
      return is_l2 ? -scores->l2_bf16(q, row, n) : scores->dot_bf16(q, row, n);
    }
    case Storage::kPq: {
      std::vector<float> row(n);
      codec->decode(precise.row(r), row);
      return is_l2 ? -scores->l2_f32(q, row.data(), n) : scores->dot_f32(q, row.data(), n);
    }
    case Storage::kInt8:
      break;
  }
  const auto* low = row_as<std::int8_t>(precise, r);
  const double scale = static_cast<double>(row_info(r).scale) / 254.0;
  return is_l2 ? -scores->l2_split(q, codes(r), low, scale, sketch_stride)
               : scores->dot_split(q, codes(r), low, sketch_stride) * scale;
}

void RowStore::read(std::size_t r, std::span<float> values) const {
  if (storage == Storage::kFloat32) {
    std::memcpy(values.data(), precise.row(r), values.size_bytes());
    return;
  }
  if (storage == Storage::kPq) {
    codec->decode(precise.row(r), values);
    return;
  }
  if (storage == Storage::kInt8) {
    const auto* low = row_as<std::int8_t>(precise, r);
    const double scale = static_cast<double>(row_info(r).scale) / 254.0;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>((254 * (codes(r)[i] - 128) + low[i]) * scale);
    return;
  }
  const auto* halves = row_as<std::uint16_t>(precise, r);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = storage == Storage::kFloat16 ? half_to_float(halves[i]) : bfloat_to_float(halves[i]);
}

void RowStore::prefetch_precise(std::size_t r) const {
  constexpr std::size_t kLine = 64;
  const std::byte* row = precise.row(r);
  for (std::size_t offset = 0; offset < precise.stride(); offset += kLine)
    __builtin_prefetch(row + offset);
}

float largest_value(Storage storage) {
  // The largest half; and a size at which the squares of 65,536 differences still fit a float.
  return storage == Storage::kFloat16 ? 65504.0f : 1e15f;
}

}  // namespace mess::internal
