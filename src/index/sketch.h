// SPDX-License-Identifier: MIT
// One byte per value: code = 128 + round(value / scale), with the largest value of the row at 127 steps. What an inner
// product of two sketches can be off by follows from Cauchy and Schwarz:
//   |<q,x> - <q',x'>| <= |q - q'| |x'| + |q| |x - x'|
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/index/storage.h"

namespace mess::internal {

/// Writes round_up(values.size(), kSketchAlignment) codes. `precise` are the values as the index keeps them, which the
/// bounds refer to; for Storage::kInt8 use refine_sketch.
SketchRow sketch_row(std::span<const float> precise, std::uint8_t* codes);
/// The second byte: value is about scale / 254 * (254 * (code - 128) + low). Bounds are against that value.
SketchRow sketch_and_refine_row(std::span<const float> values, std::uint8_t* codes, std::int8_t* low);

struct QuerySketch {
  std::vector<std::int8_t> codes;  // padded with zeros to kSketchAlignment
  std::vector<float> values;       // padded with zeros to kSketchAlignment
  SketchQuery factors;
  double length;  // of the query
  Metric metric;

  QuerySketch(std::span<const float> query, Metric metric_);

  /// The other end of the interval that `upper` closes.
  float lower(float upper, const SketchRow& row) const {
    const float slack = factors.norm_slack * row.norm + factors.error_slack * row.error;
    return upper - 2.0f * slack - squared_slack * row.squared_norm - constant_slack;
  }

  float squared_slack;
  float constant_slack;
};

}  // namespace mess::internal
