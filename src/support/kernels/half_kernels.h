// SPDX-License-Identifier: MIT
// Many halves at once. Every level gives the same bits: those of half_to_float() and float_to_half().
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/support/kernels/kernels.h"

namespace mess::internal {

struct HalfKernels {
  void (*to_floats)(const std::uint16_t* halves, float* floats, std::size_t n);
  /// Of values that are not NaN.
  void (*from_floats)(const float* floats, std::uint16_t* halves, std::size_t n);
};

/// @throws InvalidArgument when that level is not supported here
const HalfKernels& half_kernels(SimdLevel level);

extern const HalfKernels kHalfBaseline;
extern const HalfKernels kHalfAvx2;

}  // namespace mess::internal
