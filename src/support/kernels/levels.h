// SPDX-License-Identifier: MIT
// What the target architecture offers: one implementation file per architecture, chosen by CMake.
#pragma once

#include "src/support/kernels/half_kernels.h"
#include "src/support/kernels/kernels.h"
#include "src/support/kernels/pq_kernels.h"
#include "src/support/kernels/scan_kernels.h"
#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {

SimdLevel detect_simd_level();
/// nullptr when the level is not compiled in.
DotKernel compiled_dot_kernel(SimdLevel level);
/// Those of the level, or of a lower one where the CPU lacks an extension that they need.
const SketchKernels& compiled_sketch_kernels(SimdLevel level);
const ScoreKernels& compiled_score_kernels(SimdLevel level);
const HalfKernels& compiled_half_kernels(SimdLevel level);
const PqKernels& compiled_pq_kernels(SimdLevel level);
const SignalKernels& compiled_signal_kernels(SimdLevel level);

}  // namespace mess::internal
