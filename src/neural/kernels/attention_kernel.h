// SPDX-License-Identifier: MIT
// Attention of one head over one sequence, on the CPU, compiled once per instruction set and chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mess::internal {

/// A number of 16 bits: the upper half of a float32.
struct Bfloat16Bits {
  std::uint16_t bits;
};

/// softmax(q k^T * scale + bias) v. Token i of the sequence is row rows[i] of the matrices that begin at query, key, value
/// and output, so windows of an image need no copy. Everything between is float32.
template <typename Element>
struct HeadAttention {
  const Element* query = nullptr;
  const Element* key = nullptr;
  const Element* value = nullptr;
  Element* output = nullptr;
  const std::int64_t* rows = nullptr;
  std::int64_t input_stride = 0;  // elements from row to row of query, key and value
  std::int64_t output_stride = 0;
  std::int64_t length = 0;     // tokens
  std::int64_t head_size = 0;  // elements of a row that belong to the head
  float scale = 1.0f;
  const float* bias = nullptr;  // length x length, row-major; nullptr for none
};

/// How many floats of scratch memory attend() needs.
using AttentionScratch = std::size_t (*)(std::int64_t length, std::int64_t head_size);

struct AttentionKernels {
  AttentionScratch scratch_floats;
  void (*attend_float)(const HeadAttention<float>& head, float* scratch);
  void (*attend_bfloat16)(const HeadAttention<Bfloat16Bits>& head, float* scratch);
};

/// Those of the active level: see mess::simd_level().
const AttentionKernels& attention_kernels();

extern const AttentionKernels kAttentionBaseline;
extern const AttentionKernels kAttentionAvx2;
extern const AttentionKernels kAttentionAvx512;

}  // namespace mess::internal
