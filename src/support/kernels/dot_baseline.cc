// SPDX-License-Identifier: MIT
#include "src/support/kernels/kernels.h"

namespace mess::internal {

float dot_baseline(const float* a, const float* b, std::size_t n) {
  // Four independent sums hide the latency of the addition; the compiler may not reorder floats by itself.
  float sum0 = 0.0f;
  float sum1 = 0.0f;
  float sum2 = 0.0f;
  float sum3 = 0.0f;
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    sum0 += a[i] * b[i];
    sum1 += a[i + 1] * b[i + 1];
    sum2 += a[i + 2] * b[i + 2];
    sum3 += a[i + 3] * b[i + 3];
  }
  for (; i < n; ++i)
    sum0 += a[i] * b[i];
  return (sum0 + sum1) + (sum2 + sum3);
}

}  // namespace mess::internal
