// SPDX-License-Identifier: MIT
// For the files that compile the kernel for one instruction set: everything has internal linkage, so that no copy made for
// one set serves another. Whoever includes this defines kLanes, the floats of a vector register, and kColumns, the
// registers that a tile is wide.
#pragma once

#include <cstring>

#include "src/neural/kernels/attention_kernel.h"

namespace mess::internal {
namespace {

using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using Integers = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

constexpr std::int64_t kRows = 6;            // of a tile: rows x columns accumulators fill the registers
constexpr float kBeyondTheEnd = -1e30f;      // score of the columns that pad a row to whole registers
constexpr float kSmallestExponent = -87.0f;  // exp of less is no normal float32

inline Vector load(const float* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof(vector));
  return vector;
}

inline void store(float* to, Vector vector) { std::memcpy(to, &vector, sizeof(vector)); }

inline Vector all(float value) { return value - Vector{}; }

inline float to_float(float value) { return value; }

inline float to_float(Bfloat16Bits value) {
  const std::uint32_t bits = std::uint32_t{value.bits} << 16;
  float number = 0.0f;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

inline void from_float(float number, float& value) { value = number; }

// To the nearest, ties to even; a NaN stays one.
inline void from_float(float number, Bfloat16Bits& value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &number, sizeof(bits));
  const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  value.bits = static_cast<std::uint16_t>(number == number ? rounded : 0x7fc0u);
}

inline std::int64_t padded(std::int64_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

// e^x for x <= 0, to 2 units in the last place: x = n ln 2 + r, and a polynomial for e^r (Moshier, Cephes, expf).
inline Vector exp_of(Vector x) {
  x = x < kSmallestExponent ? all(kSmallestExponent) : x;  // a NaN stays one
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23: adding it leaves the rounded integer in the lowest bits
  const Vector shifted = x * 1.44269504088896341f + kMagic;
  const Vector n = shifted - kMagic;
  const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector p = all(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  Integers exponent;
  Integers bits;
  std::memcpy(&exponent, &shifted, sizeof(exponent));
  std::memcpy(&bits, &p, sizeof(bits));
  bits += exponent << 23;
  std::memcpy(&p, &bits, sizeof(p));
  return p;
}

/// The sequence in float32, and room for the scores of kRows tokens.
struct Scratch {
  std::int64_t width;   // length, padded to whole registers
  std::int64_t size;    // head_size, padded likewise
  std::int64_t height;  // length, padded to whole tiles
  float* query;         // height x head_size, scaled
  float* key;           // head_size x width
  float* value;         // length x size
  float* scores;        // kRows x width
  float* sums;          // kRows x size

  Scratch(std::int64_t length, std::int64_t head_size, float* memory)
      : width(padded(length)), size(padded(head_size)), height((length + kRows - 1) / kRows * kRows) {
    query = memory;
    key = query + height * head_size;
    value = key + head_size * width;
    scores = value + length * size;
    sums = scores + kRows * width;
  }

  static std::size_t floats(std::int64_t length, std::int64_t head_size) {
    const Scratch end(length, head_size, nullptr);
    return static_cast<std::size_t>(end.height * head_size + head_size * end.width + length * end.size +
                                    kRows * (end.width + end.size));
  }
};

template <typename Element>
void read_sequence(const HeadAttention<Element>& head, const Scratch& to) {
  const std::int64_t size = head.head_size;
  std::memset(to.query + head.length * size, 0,
              static_cast<std::size_t>((to.height - head.length) * size) * sizeof(float));
  for (std::int64_t d = 0; d < size; ++d) {
    for (std::int64_t i = head.length; i < to.width; ++i)
      to.key[d * to.width + i] = 0.0f;
  }
  for (std::int64_t i = 0; i < head.length; ++i) {
    const std::int64_t offset = head.rows[i] * head.input_stride;
    const Element* query = head.query + offset;
    const Element* key = head.key + offset;
    const Element* value = head.value + offset;
    float* query_row = to.query + i * size;
    float* value_row = to.value + i * to.size;
    for (std::int64_t d = 0; d < size; ++d)
      query_row[d] = to_float(query[d]) * head.scale;
    for (std::int64_t d = 0; d < size; ++d)
      value_row[d] = to_float(value[d]);
    for (std::int64_t d = size; d < to.size; ++d)
      value_row[d] = 0.0f;
    for (std::int64_t d = 0; d < size; ++d)
      to.key[d * to.width + i] = to_float(key[d]);
  }
}

// out (kRows x Columns registers) = left (kRows x depth) right (depth x ...)
template <int Columns>
void multiply_tile(const float* left, std::int64_t left_stride, const float* right, std::int64_t right_stride,
                   std::int64_t depth, float* out, std::int64_t out_stride) {
  Vector sums[kRows][Columns] = {};
  for (std::int64_t k = 0; k < depth; ++k) {
    Vector columns[Columns];
    for (int c = 0; c < Columns; ++c)
      columns[c] = load(right + k * right_stride + c * kLanes);
    for (std::int64_t r = 0; r < kRows; ++r) {
      const Vector factor = all(left[r * left_stride + k]);
      for (int c = 0; c < Columns; ++c)
        sums[r][c] += factor * columns[c];
    }
  }
  for (std::int64_t r = 0; r < kRows; ++r) {
    for (int c = 0; c < Columns; ++c)
      store(out + r * out_stride + c * kLanes, sums[r][c]);
  }
}

// The same for any width, a multiple of kLanes.
void multiply(const float* left, std::int64_t left_stride, const float* right, std::int64_t depth, std::int64_t width,
              float* out) {
  std::int64_t column = 0;
  for (; column + kColumns * kLanes <= width; column += kColumns * kLanes)
    multiply_tile<kColumns>(left, left_stride, right + column, width, depth, out + column, width);
  for (; column + 2 * kLanes <= width; column += 2 * kLanes)
    multiply_tile<2>(left, left_stride, right + column, width, depth, out + column, width);
  for (; column < width; column += kLanes)
    multiply_tile<1>(left, left_stride, right + column, width, depth, out + column, width);
}

float largest(Vector vector) {
  float most = vector[0];
  for (int i = 1; i < kLanes; ++i)
    most = vector[i] > most ? vector[i] : most;
  return most;
}

float total(Vector vector) {
  float sum = vector[0];
  for (int i = 1; i < kLanes; ++i)
    sum += vector[i];
  return sum;
}

// Scores to weights that sum to the returned value.
float weigh(float* scores, std::int64_t length, std::int64_t width, const float* bias) {
  if (bias != nullptr) {
    for (std::int64_t i = 0; i < length; ++i)
      scores[i] += bias[i];
  }
  for (std::int64_t i = length; i < width; ++i)
    scores[i] = kBeyondTheEnd;
  Vector most = load(scores);
  for (std::int64_t i = kLanes; i < width; i += kLanes) {
    const Vector next = load(scores + i);
    most = next > most ? next : most;
  }
  const float top = largest(most);
  Vector sum{};
  for (std::int64_t i = 0; i < width; i += kLanes) {
    const Vector weight = exp_of(load(scores + i) - top);
    sum += weight;
    store(scores + i, weight);
  }
  return total(sum);
}

template <typename Element>
void attend_head(const HeadAttention<Element>& head, float* memory) {
  const Scratch scratch(head.length, head.head_size, memory);
  read_sequence(head, scratch);
  for (std::int64_t first = 0; first < head.length; first += kRows) {
    multiply(scratch.query + first * head.head_size, head.head_size, scratch.key, head.head_size, scratch.width,
             scratch.scores);
    const std::int64_t count = head.length - first < kRows ? head.length - first : kRows;
    float shares[kRows];
    for (std::int64_t r = 0; r < count; ++r) {
      const float* bias = head.bias == nullptr ? nullptr : head.bias + (first + r) * head.length;
      shares[r] = 1.0f / weigh(scratch.scores + r * scratch.width, head.length, scratch.width, bias);
    }
    multiply(scratch.scores, scratch.width, scratch.value, head.length, scratch.size, scratch.sums);
    for (std::int64_t r = 0; r < count; ++r) {
      Element* out = head.output + head.rows[first + r] * head.output_stride;
      for (std::int64_t d = 0; d < head.head_size; ++d)
        from_float(scratch.sums[r * scratch.size + d] * shares[r], out[d]);
    }
  }
}

constexpr AttentionKernels kKernels{Scratch::floats, attend_head<float>, attend_head<Bfloat16Bits>};

}  // namespace
}  // namespace mess::internal
