// SPDX-License-Identifier: MIT
#include "src/support/kernels/levels.h"

#include <cpuid.h>

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

namespace {

// Not every compiler's builtin knows this one.
bool has_half_conversion() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

// The first CPUs with AVX-512 lack the integer dot product.
bool has_vnni() { return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"); }

}  // namespace

const SketchKernels& compiled_sketch_kernels(SimdLevel level) {
  if (level == SimdLevel::kAvx512 && has_vnni())
    return kSketchAvx512;
  return level >= SimdLevel::kAvx2 && has_half_conversion() ? kSketchAvx2 : kSketchBaseline;
}

const ScoreKernels& compiled_score_kernels(SimdLevel level) {
  if (level == SimdLevel::kAvx512 && has_vnni())
    return kScoreAvx512;
  return level >= SimdLevel::kAvx2 && has_half_conversion() ? kScoreAvx2 : kScoreBaseline;
}

const HalfKernels& compiled_half_kernels(SimdLevel level) {
  return level >= SimdLevel::kAvx2 && has_half_conversion() ? kHalfAvx2 : kHalfBaseline;
}

const PqKernels& compiled_pq_kernels(SimdLevel level) {
  switch (level) {
    case SimdLevel::kAvx512:
      return kPqAvx512;
    case SimdLevel::kAvx2:
      return kPqAvx2;
    case SimdLevel::kBaseline:
      break;
  }
  return kPqBaseline;
}

const SignalKernels& compiled_signal_kernels(SimdLevel level) {
  switch (level) {
    case SimdLevel::kAvx512:
      return kSignalAvx512;
    case SimdLevel::kAvx2:
      return kSignalAvx2;
    case SimdLevel::kBaseline:
      break;
  }
  return kSignalBaseline;
}

}  // namespace mess::internal
