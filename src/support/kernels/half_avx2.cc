// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "src/support/kernels/half_kernels.h"

namespace mess::internal {
namespace {

constexpr std::size_t kLanes = 8;

void to_floats(const std::uint16_t* halves, float* floats, std::size_t n) {
  const std::size_t whole = n / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m128i row = _mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + i));
    _mm256_storeu_ps(floats + i, _mm256_cvtph_ps(row));
  }
  for (std::size_t i = whole; i < n; ++i)
    floats[i] = _cvtsh_ss(halves[i]);
}

void from_floats(const float* floats, std::uint16_t* halves, std::size_t n) {
  const std::size_t whole = n / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m128i row = _mm256_cvtps_ph(_mm256_loadu_ps(floats + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(halves + i), row);
  }
  for (std::size_t i = whole; i < n; ++i)
    halves[i] = _cvtss_sh(floats[i], _MM_FROUND_TO_NEAREST_INT);
}

}  // namespace

const HalfKernels kHalfAvx2 = {to_floats, from_floats};

}  // namespace mess::internal
