// SPDX-License-Identifier: MIT
// Kernels that exist once per instruction set. Each lives in its own translation unit, compiled for that set alone, and is
// reached through a function pointer chosen at run time; the rest of the library stays at the baseline of the target.
#pragma once

#include <cstddef>

namespace mess::internal {

enum class SimdLevel { kBaseline, kAvx2, kAvx512 };

/// "baseline", "avx2", "avx512"
const char* to_string(SimdLevel level);
/// The best level this CPU offers, among those compiled in.
SimdLevel supported_simd_level();
/// supported_simd_level(), or the lower one named by MESS_SIMD. Read once.
/// @throws InvalidArgument  MESS_SIMD holds another word, or more than the CPU offers
SimdLevel active_simd_level();

using DotKernel = float (*)(const float* a, const float* b, std::size_t n);
/// The inner product kernel of one level. @throws InvalidArgument when that level is not supported here
DotKernel dot_kernel(SimdLevel level);

/// Inner product at the active level. Each level sums in its own fixed order: bit-equal from run to run.
float dot(const float* a, const float* b, std::size_t n);

float dot_baseline(const float* a, const float* b, std::size_t n);
float dot_avx2(const float* a, const float* b, std::size_t n);
float dot_avx512(const float* a, const float* b, std::size_t n);

}  // namespace mess::internal
