// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "src/support/kernels/scan_bounds.h"

namespace mess::internal {
namespace {

__m512i load(const void* bytes) { return _mm512_loadu_si512(bytes); }

// Four sums of sixteen at once.
__m128i totals(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const __m512i abcd = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
  const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64(abcd, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

// `next` are the four rows to come: rows anywhere in memory arrive while these are multiplied.
__m128i four_products(const std::int8_t* query, const std::uint8_t* const* rows, const std::uint8_t* const* next,
                      std::size_t n) {
  __m512i sum0 = _mm512_setzero_si512();
  __m512i sum1 = _mm512_setzero_si512();
  __m512i sum2 = _mm512_setzero_si512();
  __m512i sum3 = _mm512_setzero_si512();
  for (std::size_t i = 0; i < n; i += 64) {
    const __m512i q = load(query + i);
    for (std::size_t r = 0; r < 4; ++r)
      _mm_prefetch(reinterpret_cast<const char*>(next[r] + i), _MM_HINT_T0);
    sum0 = _mm512_dpbusd_epi32(sum0, load(rows[0] + i), q);
    sum1 = _mm512_dpbusd_epi32(sum1, load(rows[1] + i), q);
    sum2 = _mm512_dpbusd_epi32(sum2, load(rows[2] + i), q);
    sum3 = _mm512_dpbusd_epi32(sum3, load(rows[3] + i), q);
  }
  return totals(sum0, sum1, sum2, sum3);
}

// Three rows at most, as four with the last one repeated.
__m128i last_products(const std::int8_t* query, const std::uint8_t* const* rows, std::size_t num_rows, std::size_t n) {
  const std::uint8_t* four[4];
  for (std::size_t r = 0; r < 4; ++r)
    four[r] = rows[r < num_rows ? r : num_rows - 1];
  return four_products(query, four, four, n);
}

void products(const std::int8_t* query, const std::uint8_t* const* rows, std::size_t num_rows, std::size_t n,
              std::int32_t* out) {
  std::size_t r = 0;
  for (; r + 4 <= num_rows; r += 4) {
    const std::uint8_t* const* next = r + 8 <= num_rows ? rows + r + 4 : rows + num_rows - 4;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + r), four_products(query, rows + r, next, n));
  }
  if (r == num_rows)
    return;
  std::int32_t rest[4];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), last_products(query, rows + r, num_rows - r, n));
  for (std::size_t i = 0; r + i < num_rows; ++i)
    out[r + i] = rest[i];
}

// How far ahead rows are fetched; a prefetch beyond the end of memory does nothing.
constexpr std::size_t kPrefetchBytes = 6144;

// Rows side by side are read strictly in order, which the processor's prefetcher follows best. Two sums per row hide
// the latency of the addition.
__m512i row_product(const std::int8_t* query, const std::uint8_t* row, std::size_t n) {
  __m512i sum0 = _mm512_setzero_si512();
  __m512i sum1 = _mm512_setzero_si512();
  std::size_t i = 0;
  for (; i + 128 <= n; i += 128) {
    _mm_prefetch(reinterpret_cast<const char*>(row + i + kPrefetchBytes), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char*>(row + i + kPrefetchBytes + 64), _MM_HINT_T0);
    sum0 = _mm512_dpbusd_epi32(sum0, load(row + i), load(query + i));
    sum1 = _mm512_dpbusd_epi32(sum1, load(row + i + 64), load(query + i + 64));
  }
  if (i < n)
    sum0 = _mm512_dpbusd_epi32(sum0, load(row + i), load(query + i));
  return _mm512_add_epi32(sum0, sum1);
}

void upper_bounds(const std::int8_t* query, const SketchQuery& factors, const std::uint8_t* rows,
                  const SketchRow* row_info, std::size_t num_rows, std::size_t n, float* upper) {
  for (std::size_t r = 0; r < num_rows; r += 4) {
    const std::size_t here = num_rows - r < 4 ? num_rows - r : 4;
    __m512i products[4];
    for (std::size_t i = 0; i < 4; ++i)
      products[i] = row_product(query, rows + (i < here ? r + i : num_rows - 1) * n, n);
    std::int32_t sums[4];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(sums), totals(products[0], products[1], products[2], products[3]));
    for (std::size_t i = 0; i < here; ++i)
      upper[r + i] = upper_bound(sums[i], factors, row_info[r + i]);
  }
}

std::int32_t code_product(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t i = 0; i < n; i += 64)
    sum = _mm512_dpbusd_epi32(sum, load(a + i), _mm512_xor_si512(load(b + i), flip));
  return _mm512_reduce_add_epi32(sum);
}

// What a group of sixteen queries needs to turn products into bounds, one query per lane.
struct Group {
  __m512 scale;
  __m512 norm_slack;
  __m512 error_slack;
  __m512 squared_factor;
  __m512 constant;
  __m512i offset;
};

Group load_group(const SketchQuery* queries) {
  alignas(64) float values[5][kQueryGroup];
  alignas(64) std::int32_t offsets[kQueryGroup];
  for (std::size_t i = 0; i < kQueryGroup; ++i) {
    values[0][i] = queries[i].scale;
    values[1][i] = queries[i].norm_slack;
    values[2][i] = queries[i].error_slack;
    values[3][i] = queries[i].squared_factor;
    values[4][i] = queries[i].constant;
    offsets[i] = queries[i].offset;
  }
  return {_mm512_load_ps(values[0]), _mm512_load_ps(values[1]), _mm512_load_ps(values[2]),
          _mm512_load_ps(values[3]), _mm512_load_ps(values[4]), _mm512_load_si512(offsets)};
}

__m512 bounds(__m512i product, const Group& group, const SketchRow& row) {
  const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(row.scale), group.scale);
  const __m512 approximate = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(product, group.offset)), scale);
  __m512 slack = _mm512_fmadd_ps(group.norm_slack, _mm512_set1_ps(row.norm),
                                 _mm512_mul_ps(group.error_slack, _mm512_set1_ps(row.error)));
  slack = _mm512_add_ps(slack, _mm512_fmadd_ps(group.squared_factor, _mm512_set1_ps(row.squared_norm), group.constant));
  return _mm512_add_ps(approximate, slack);
}

std::size_t append_hits(__m512 upper, __mmask16 mask, std::uint32_t row, std::uint32_t first_query, SketchHit* hits) {
  alignas(64) float values[kQueryGroup];
  _mm512_store_ps(values, upper);
  std::size_t num_hits = 0;
  for (unsigned left = mask; left != 0; left &= left - 1) {
    const auto lane = static_cast<std::uint32_t>(__builtin_ctz(left));
    hits[num_hits++] = {row, first_query + lane, values[lane]};
  }
  return num_hits;
}

constexpr std::size_t kRowTile = 4;

// Sums of kRowTile rows and kGroups groups of queries stay in registers: 16 accumulators for 4 x 4.
template <std::size_t kGroups>
void tile_products(const std::int8_t* packed, const std::uint8_t* const* rows, std::size_t n,
                   __m512i (&sums)[kRowTile][kGroups]) {
  for (auto& row_sums : sums) {
    for (__m512i& sum : row_sums)
      sum = _mm512_setzero_si512();
  }
  for (std::size_t i = 0; i < n; i += 4) {
    __m512i queries[kGroups];
    for (std::size_t g = 0; g < kGroups; ++g)
      queries[g] = load(packed + (g * n + i) * kQueryGroup);
    for (std::size_t r = 0; r < kRowTile; ++r) {
      std::int32_t four;
      __builtin_memcpy(&four, rows[r] + i, sizeof four);
      const __m512i row = _mm512_set1_epi32(four);
      for (std::size_t g = 0; g < kGroups; ++g)
        sums[r][g] = _mm512_dpbusd_epi32(sums[r][g], row, queries[g]);
    }
  }
}

template <std::size_t kGroups>
std::size_t hits_of_groups(const std::int8_t* packed, const SketchQuery* factors, const float* thresholds,
                           const std::uint8_t* rows, const SketchRow* row_info, std::size_t num_rows, std::size_t n,
                           SketchHit* hits) {
  Group groups[kGroups];
  __m512 limits[kGroups];
  for (std::size_t g = 0; g < kGroups; ++g) {
    groups[g] = load_group(factors + g * kQueryGroup);
    limits[g] = _mm512_loadu_ps(thresholds + g * kQueryGroup);
  }
  std::size_t num_hits = 0;
  for (std::size_t first = 0; first < num_rows; first += kRowTile) {
    const std::size_t here = num_rows - first < kRowTile ? num_rows - first : kRowTile;
    const std::uint8_t* pointers[kRowTile];
    for (std::size_t r = 0; r < kRowTile; ++r)
      pointers[r] = rows + (first + (r < here ? r : here - 1)) * n;
    __m512i sums[kRowTile][kGroups];
    tile_products<kGroups>(packed, pointers, n, sums);
    for (std::size_t r = 0; r < here; ++r) {
      for (std::size_t g = 0; g < kGroups; ++g) {
        const __m512 upper = bounds(sums[r][g], groups[g], row_info[first + r]);
        const __mmask16 mask = _mm512_cmp_ps_mask(upper, limits[g], _CMP_GE_OQ);
        if (mask != 0) {
          num_hits += append_hits(upper, mask, static_cast<std::uint32_t>(first + r),
                                  static_cast<std::uint32_t>(g * kQueryGroup), hits + num_hits);
        }
      }
    }
  }
  return num_hits;
}

std::size_t batch_hits(const std::int8_t* packed, std::size_t num_groups, const SketchQuery* factors,
                       const float* thresholds, const std::uint8_t* rows, const SketchRow* row_info,
                       std::size_t num_rows, std::size_t n, SketchHit* hits) {
  switch (num_groups) {
    case 1:
      return hits_of_groups<1>(packed, factors, thresholds, rows, row_info, num_rows, n, hits);
    case 2:
      return hits_of_groups<2>(packed, factors, thresholds, rows, row_info, num_rows, n, hits);
    case 3:
      return hits_of_groups<3>(packed, factors, thresholds, rows, row_info, num_rows, n, hits);
    default:
      return hits_of_groups<4>(packed, factors, thresholds, rows, row_info, num_rows, n, hits);
  }
}

struct Lanes {
  __m512d low = _mm512_setzero_pd();
  __m512d high = _mm512_setzero_pd();

  double total() const {
    const __m512d eight = _mm512_add_pd(low, high);
    const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  }
};

struct Floats {
  const float* values;
  __m512 at(std::size_t i) const { return _mm512_loadu_ps(values + i); }
};
struct Halves {
  const std::uint16_t* values;
  __m512 at(std::size_t i) const {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + i)));
  }
};
struct Bfloats {
  const std::uint16_t* values;
  __m512 at(std::size_t i) const {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + i));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
  }
};
struct Split {
  const std::uint8_t* high;
  const std::int8_t* low;
  __m512 at(std::size_t i) const {
    const __m512i h = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(high + i)));
    const __m512i l = _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(low + i)));
    const __m512i centred = _mm512_sub_epi32(h, _mm512_set1_epi32(128));
    return _mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_mullo_epi32(centred, _mm512_set1_epi32(254)), l));
  }
};

__m512d low_half(__m512 values) { return _mm512_cvtps_pd(_mm512_castps512_ps256(values)); }
__m512d high_half(__m512 values) {
  return _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(values), 1)));
}

struct AddProducts {
  __m512d operator()(__m512d sum, __m512d a, __m512d b) const { return _mm512_fmadd_pd(a, b, sum); }
};
// No fused multiplication here: the square is rounded, as at the other levels.
struct AddSquares {
  __m512d operator()(__m512d sum, __m512d a, __m512d b) const {
    const __m512d difference = _mm512_sub_pd(a, b);
    return _mm512_add_pd(sum, _mm512_mul_pd(difference, difference));
  }
};
struct AddScaledSquares {
  __m512d scale;
  __m512d operator()(__m512d sum, __m512d a, __m512d b) const { return AddSquares()(sum, a, _mm512_mul_pd(b, scale)); }
};

template <typename Row, typename Add>
double sum_over(const float* query, Row row, std::size_t n, Add add) {
  Lanes lanes;
  for (std::size_t i = 0; i < n; i += kScoreLanes) {
    const __m512 a = _mm512_loadu_ps(query + i);
    const __m512 b = row.at(i);
    lanes.low = add(lanes.low, low_half(a), low_half(b));
    lanes.high = add(lanes.high, high_half(a), high_half(b));
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
  return sum_over(query, Split{high, low}, n, AddScaledSquares{_mm512_set1_pd(scale)});
}

}  // namespace

const SketchKernels kSketchAvx512 = {upper_bounds, products, code_product, batch_hits};
const ScoreKernels kScoreAvx512 = {dot<Floats>, dot<Halves>, dot<Bfloats>, dot_split,
                                   l2<Floats>,  l2<Halves>,  l2<Bfloats>,  l2_split};

}  // namespace mess::internal
