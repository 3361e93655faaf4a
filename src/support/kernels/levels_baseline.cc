// SPDX-License-Identifier: MIT
#include "src/support/kernels/levels.h"

namespace mess::internal {

SimdLevel detect_simd_level() { return SimdLevel::kBaseline; }

DotKernel compiled_dot_kernel(SimdLevel level) { return level == SimdLevel::kBaseline ? dot_baseline : nullptr; }

const SketchKernels& compiled_sketch_kernels(SimdLevel) { return kSketchBaseline; }

const ScoreKernels& compiled_score_kernels(SimdLevel) { return kScoreBaseline; }

const HalfKernels& compiled_half_kernels(SimdLevel) { return kHalfBaseline; }

const PqKernels& compiled_pq_kernels(SimdLevel) { return kPqBaseline; }

const SignalKernels& compiled_signal_kernels(SimdLevel) { return kSignalBaseline; }

}  // namespace mess::internal
