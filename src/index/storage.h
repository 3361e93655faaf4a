// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/support/kernels/scan_kernels.h"

namespace mess::internal {

/// How rows are kept in full precision, beside the sketch of one byte per value.
enum class Storage : std::uint32_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kBfloat16 = 2,
  kInt8 = 3,  // a second byte per value refines the sketch to an integer of 16 bits
  kPq = 4,    // product quantisation, see pq_codec.h; no sketch
};

enum class Metric : std::uint32_t {
  kInnerProduct = 0,
  kSquaredL2 = 1,  // scores are negative squared distances
};

constexpr std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Bytes of one row in full precision; for kPq see PqCodec::row_stride.
constexpr std::size_t precise_stride(Storage storage, std::size_t dim) {
  switch (storage) {
    case Storage::kFloat32:
      return round_up(dim, kScoreLanes) * sizeof(float);
    case Storage::kFloat16:
    case Storage::kBfloat16:
      return round_up(dim, kScoreLanes) * sizeof(std::uint16_t);
    case Storage::kInt8:
    case Storage::kPq:
      break;
  }
  return round_up(dim, kSketchAlignment);
}

}  // namespace mess::internal
