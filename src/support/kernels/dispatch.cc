// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>

#include "mess/error.h"
#include "src/support/kernels/kernels.h"
#include "src/support/kernels/levels.h"

namespace mess::internal {
namespace {

SimdLevel requested_simd_level(const std::string& word) {
  for (SimdLevel level : {SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (word == to_string(level))
      return level;
  }
  throw InvalidArgument("[simd] MESS_SIMD: expected baseline, avx2 or avx512, found \"" + word + "\"");
}

SimdLevel choose_simd_level() {
  const SimdLevel supported = supported_simd_level();
  const char* word = std::getenv("MESS_SIMD");
  if (word == nullptr || *word == '\0')
    return supported;
  const SimdLevel requested = requested_simd_level(word);
  if (requested > supported) {
    throw InvalidArgument(std::string("[simd] MESS_SIMD: expected at most ") + to_string(supported) +
                          ", which is what this CPU offers, found " + word);
  }
  return requested;
}

void check_supported(SimdLevel level) {
  if (level > supported_simd_level()) {
    throw InvalidArgument(std::string("[simd] expected at most ") + to_string(supported_simd_level()) + ", found " +
                          to_string(level));
  }
}

}  // namespace

const char* to_string(SimdLevel level) {
  switch (level) {
    case SimdLevel::kAvx512:
      return "avx512";
    case SimdLevel::kAvx2:
      return "avx2";
    case SimdLevel::kBaseline:
      break;
  }
  return "baseline";
}

SimdLevel supported_simd_level() {
  static const SimdLevel level = detect_simd_level();
  return level;
}

SimdLevel active_simd_level() {
  static const SimdLevel level = choose_simd_level();
  return level;
}

DotKernel dot_kernel(SimdLevel level) {
  check_supported(level);
  return compiled_dot_kernel(level);
}

const SketchKernels& sketch_kernels(SimdLevel level) {
  check_supported(level);
  return compiled_sketch_kernels(level);
}

const ScoreKernels& score_kernels(SimdLevel level) {
  check_supported(level);
  return compiled_score_kernels(level);
}

const HalfKernels& half_kernels(SimdLevel level) {
  check_supported(level);
  return compiled_half_kernels(level);
}

const PqKernels& pq_kernels(SimdLevel level) {
  check_supported(level);
  return compiled_pq_kernels(level);
}

const SignalKernels& signal_kernels(SimdLevel level) {
  check_supported(level);
  return compiled_signal_kernels(level);
}

const SignalKernels& signal_kernels() {
  static const SignalKernels& kernels = signal_kernels(active_simd_level());
  return kernels;
}

float dot(const float* a, const float* b, std::size_t n) {
  static const DotKernel kernel = dot_kernel(active_simd_level());
  return kernel(a, b, n);
}

}  // namespace mess::internal
