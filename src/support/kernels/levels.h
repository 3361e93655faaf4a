// SPDX-License-Identifier: MIT
// What the target architecture offers: one implementation file per architecture, chosen by CMake.
#pragma once

#include "src/support/kernels/kernels.h"

namespace mess::internal {

SimdLevel detect_simd_level();
/// nullptr when the level is not compiled in.
DotKernel compiled_dot_kernel(SimdLevel level);

}  // namespace mess::internal
