// SPDX-License-Identifier: MIT
#include "src/support/kernels/levels.h"

namespace mess::internal {

SimdLevel detect_simd_level() {
  // The builtins also check that the operating system saves the wide registers.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
    return SimdLevel::kAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return SimdLevel::kAvx2;
  return SimdLevel::kBaseline;
}

DotKernel compiled_dot_kernel(SimdLevel level) {
  switch (level) {
    case SimdLevel::kAvx512:
      return dot_avx512;
    case SimdLevel::kAvx2:
      return dot_avx2;
    case SimdLevel::kBaseline:
      break;
  }
  return dot_baseline;
}

}  // namespace mess::internal
