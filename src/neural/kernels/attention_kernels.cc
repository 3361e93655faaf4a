// SPDX-License-Identifier: MIT
#include "mess/version.h"
#include "src/neural/kernels/attention_kernel.h"

namespace mess::internal {

const AttentionKernels& attention_kernels() {
#if defined(__x86_64__)
  static const std::string level = simd_level();
  if (level == "avx512")
    return kAttentionAvx512;
  if (level == "avx2")
    return kAttentionAvx2;
#endif
  return kAttentionBaseline;
}

}  // namespace mess::internal
