// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "src/support/kernels/scan_bounds.h"

namespace mess::internal {
namespace {

// maddubs would saturate: 255 * 127 twice is more than 16 bits hold.
__m256i add_products(__m256i sum, __m256i query, __m256i row) {
  const __m256i query_low = _mm256_cvtepi8_epi16(_mm256_castsi256_si128(query));
  const __m256i query_high = _mm256_cvtepi8_epi16(_mm256_extracti128_si256(query, 1));
  const __m256i row_low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(row));
  const __m256i row_high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(row, 1));
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(query_low, row_low));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(query_high, row_high));
}

__m256i load(const void* bytes) { return _mm256_loadu_si256(static_cast<const __m256i*>(bytes)); }

std::int32_t total(__m256i sums) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
  return _mm_cvtsi128_si32(half);
}

std::int32_t product(const std::int8_t* query, const std::uint8_t* row, std::size_t n) {
  __m256i sum0 = _mm256_setzero_si256();
  __m256i sum1 = _mm256_setzero_si256();
  for (std::size_t i = 0; i < n; i += 64) {
    sum0 = add_products(sum0, load(query + i), load(row + i));
    sum1 = add_products(sum1, load(query + i + 32), load(row + i + 32));
  }
  return total(_mm256_add_epi32(sum0, sum1));
}

void upper_bounds(const std::int8_t* query, const SketchQuery& factors, const std::uint8_t* rows,
                  const SketchRow* row_info, std::size_t num_rows, std::size_t n, float* upper) {
  for (std::size_t r = 0; r < num_rows; ++r)
    upper[r] = upper_bound(product(query, rows + r * n, n), factors, row_info[r]);
}

void products(const std::int8_t* query, const std::uint8_t* const* rows, std::size_t num_rows, std::size_t n,
              std::int32_t* out) {
  for (std::size_t r = 0; r < num_rows; ++r)
    out[r] = product(query, rows[r], n);
}

std::int32_t code_product(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  const __m256i flip = _mm256_set1_epi8(static_cast<char>(0x80));
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t i = 0; i < n; i += 32)
    sum = add_products(sum, _mm256_xor_si256(load(b + i), flip), load(a + i));
  return total(sum);
}

struct Lanes {
  __m256d sums[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd()};

  double total() const {
    const __m256d four = _mm256_add_pd(_mm256_add_pd(sums[0], sums[2]), _mm256_add_pd(sums[1], sums[3]));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  }
};

struct Floats {
  const float* values;
  __m256 at(std::size_t i) const { return _mm256_loadu_ps(values + i); }
};
struct Halves {
  const std::uint16_t* values;
  __m256 at(std::size_t i) const {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values + i)));
  }
};
struct Bfloats {
  const std::uint16_t* values;
  __m256 at(std::size_t i) const {
    const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + i));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
  }
};
struct Split {
  const std::uint8_t* high;
  const std::int8_t* low;
  __m256 at(std::size_t i) const {
    const __m256i h = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(high + i)));
    const __m256i l = _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(low + i)));
    const __m256i centred = _mm256_sub_epi32(h, _mm256_set1_epi32(128));
    return _mm256_cvtepi32_ps(_mm256_add_epi32(_mm256_mullo_epi32(centred, _mm256_set1_epi32(254)), l));
  }
};

__m256d low_half(__m256 values) { return _mm256_cvtps_pd(_mm256_castps256_ps128(values)); }
__m256d high_half(__m256 values) { return _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1)); }

struct AddProducts {
  __m256d operator()(__m256d sum, __m256d a, __m256d b) const { return _mm256_fmadd_pd(a, b, sum); }
};
// No fused multiplication here: the square is rounded, as at the other levels.
struct AddSquares {
  __m256d operator()(__m256d sum, __m256d a, __m256d b) const {
    const __m256d difference = _mm256_sub_pd(a, b);
    return _mm256_add_pd(sum, _mm256_mul_pd(difference, difference));
  }
};
struct AddScaledSquares {
  __m256d scale;
  __m256d operator()(__m256d sum, __m256d a, __m256d b) const { return AddSquares()(sum, a, _mm256_mul_pd(b, scale)); }
};

template <typename Row, typename Add>
double sum_over(const float* query, Row row, std::size_t n, Add add) {
  Lanes lanes;
  for (std::size_t i = 0; i < n; i += kScoreLanes) {
    const __m256 a0 = _mm256_loadu_ps(query + i);
    const __m256 a1 = _mm256_loadu_ps(query + i + 8);
    const __m256 b0 = row.at(i);
    const __m256 b1 = row.at(i + 8);
    lanes.sums[0] = add(lanes.sums[0], low_half(a0), low_half(b0));
    lanes.sums[1] = add(lanes.sums[1], high_half(a0), high_half(b0));
    lanes.sums[2] = add(lanes.sums[2], low_half(a1), low_half(b1));
    lanes.sums[3] = add(lanes.sums[3], high_half(a1), high_half(b1));
  }
  return lanes.total();
}

template <typename Row, typename Value>
double dot(const float* query, const Value* row, std::size_t n) {
  return sum_over(query, Row{row}, n, AddProducts{});
}
template <typename Row, typename Value>
double l2(const float* query, const Value* row, std::size_t n) {
  return sum_over(query, Row{row}, n, AddSquares{});
}
double dot_split(const float* query, const std::uint8_t* high, const std::int8_t* low, std::size_t n) {
  return sum_over(query, Split{high, low}, n, AddProducts{});
}
double l2_split(const float* query, const std::uint8_t* high, const std::int8_t* low, double scale, std::size_t n) {
  return sum_over(query, Split{high, low}, n, AddScaledSquares{_mm256_set1_pd(scale)});
}

}  // namespace

const SketchKernels kSketchAvx2 = {upper_bounds, products, code_product, nullptr};
const ScoreKernels kScoreAvx2 = {dot<Floats>, dot<Halves>, dot<Bfloats>, dot_split,
                                 l2<Floats>,  l2<Halves>,  l2<Bfloats>,  l2_split};

}  // namespace mess::internal
