// SPDX-License-Identifier: MIT
// Kernels of vector search. A row is kept twice: as a sketch (one byte per value) that is cheap to scan and comes with
// a bound of its error, and in full precision, from which the score is computed. The integer kernels and the score
// kernels give the same bits at every level: integers are exact, and the scores sum products that are exact in double
// precision in one fixed order (lane i % 16, then lanes 8, 4, 2 and 1 apart).
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/support/kernels/kernels.h"

namespace mess::internal {

/// Codes are padded to this many bytes.
constexpr std::size_t kSketchAlignment = 64;
/// Rows and queries of the score kernels are padded with zeros to a multiple of this many values.
constexpr std::size_t kScoreLanes = 16;
/// Queries of one group of the batch kernel, and groups per call.
constexpr std::size_t kQueryGroup = 16;
constexpr std::size_t kMaxQueryGroups = 4;

/// What belongs to one sketched row: value[i] is about scale * (code[i] - 128).
struct SketchRow {
  float scale;
  float error;            // upper bound of the length of (row - sketch)
  float norm;             // upper bound of the length of the sketch
  float squared_norm;     // of the row itself
  std::int32_t code_sum;  // of code - 128
};

/// What turns an integer product into an upper bound of the score:
/// (product - offset) * row.scale * scale + norm_slack * row.norm + error_slack * row.error
///   + squared_factor * row.squared_norm + constant
struct SketchQuery {
  float scale;
  float norm_slack;
  float error_slack;
  float squared_factor;
  float constant;
  std::int32_t offset;  // 128 * sum of the query's codes
};

/// One row whose bound passed a query's threshold.
struct SketchHit {
  std::uint32_t row;
  std::uint32_t query;
  float upper;
};

/// `n` is a multiple of kSketchAlignment everywhere; `stride` is the distance of rows in bytes.
struct SketchKernels {
  /// upper[r] for rows first to last.
  void (*upper_bounds)(const std::int8_t* query, const SketchQuery& factors, const std::uint8_t* rows,
                       const SketchRow* row_info, std::size_t num_rows, std::size_t n, float* upper);
  /// products[r] = sum query[i] * rows[r][i], for rows anywhere in memory.
  void (*products)(const std::int8_t* query, const std::uint8_t* const* rows, std::size_t num_rows, std::size_t n,
                   std::int32_t* products);
  /// sum a[i] * (b[i] - 128)
  std::int32_t (*code_product)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
  /// Hits of num_groups * kQueryGroup queries, packed as [group][n / 4][kQueryGroup][4]; nullptr where the set lacks the
  /// instructions. `hits` has room for every row and query.
  std::size_t (*batch_hits)(const std::int8_t* packed, std::size_t num_groups, const SketchQuery* factors,
                            const float* thresholds, const std::uint8_t* rows, const SketchRow* row_info,
                            std::size_t num_rows, std::size_t n, SketchHit* hits);
};

/// Inner product and squared distance of a float32 query and a row kept as another type; `n` is a multiple of kScoreLanes.
struct ScoreKernels {
  double (*dot_f32)(const float* query, const float* row, std::size_t n);
  double (*dot_f16)(const float* query, const std::uint16_t* row, std::size_t n);
  double (*dot_bf16)(const float* query, const std::uint16_t* row, std::size_t n);
  /// row[i] = 254 * (high[i] - 128) + low[i], an integer of 16 bits
  double (*dot_split)(const float* query, const std::uint8_t* high, const std::int8_t* low, std::size_t n);
  double (*l2_f32)(const float* query, const float* row, std::size_t n);
  double (*l2_f16)(const float* query, const std::uint16_t* row, std::size_t n);
  double (*l2_bf16)(const float* query, const std::uint16_t* row, std::size_t n);
  /// `scale` is that of one step of the integer.
  double (*l2_split)(const float* query, const std::uint8_t* high, const std::int8_t* low, double scale, std::size_t n);
};

/// @throws InvalidArgument when that level is not supported here
const SketchKernels& sketch_kernels(SimdLevel level);
const ScoreKernels& score_kernels(SimdLevel level);

/// The value of an IEEE half, exact; and the nearest half of a float (ties to even; too large becomes infinity).
float half_to_float(std::uint16_t half);
std::uint16_t float_to_half(float value);
float bfloat_to_float(std::uint16_t bits);
/// Ties to even. `value` must not be NaN.
std::uint16_t float_to_bfloat(float value);

extern const SketchKernels kSketchBaseline;
extern const SketchKernels kSketchAvx2;
extern const SketchKernels kSketchAvx512;
extern const ScoreKernels kScoreBaseline;
extern const ScoreKernels kScoreAvx2;
extern const ScoreKernels kScoreAvx512;

}  // namespace mess::internal
