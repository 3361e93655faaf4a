// SPDX-License-Identifier: MIT
#include "src/support/kernels/half_kernels.h"
#include "src/support/kernels/scan_kernels.h"

namespace mess::internal {
namespace {

void to_floats(const std::uint16_t* halves, float* floats, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    floats[i] = half_to_float(halves[i]);
}

void from_floats(const float* floats, std::uint16_t* halves, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    halves[i] = float_to_half(floats[i]);
}

}  // namespace

const HalfKernels kHalfBaseline = {to_floats, from_floats};

}  // namespace mess::internal
