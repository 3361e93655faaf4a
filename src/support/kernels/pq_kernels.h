// SPDX-License-Identifier: MIT
// Kernels of product quantisation: one part of a vector against the 256 entries of that part's codebook, which lies with
// the entries side by side: codebook[i * 256 + entry]. Products are rounded one by one, in the order of i, so that every
// level gives the same bits and hence the same codes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/support/kernels/kernels.h"

namespace mess::internal {

constexpr std::size_t kPqEntries = 256;

struct PqKernels {
  /// dots[e] = sum over i < n of part[i] * codebook[i * 256 + e]
  void (*products)(const float* part, const float* codebook, std::size_t n, float* dots);
  /// The entry with the largest product + bias, the first among equals.
  std::uint8_t (*nearest)(const float* part, const float* codebook, const float* bias, std::size_t n);
};

/// @throws InvalidArgument when that level is not supported here
const PqKernels& pq_kernels(SimdLevel level);

extern const PqKernels kPqBaseline;
extern const PqKernels kPqAvx2;
extern const PqKernels kPqAvx512;

}  // namespace mess::internal
