// SPDX-License-Identifier: MIT
namespace mess::internal {
namespace {
constexpr int kLanes = 16;
constexpr int kColumns = 4;
}  // namespace
}  // namespace mess::internal

#include "src/neural/kernels/attention_kernel_body.h"

namespace mess::internal {

const AttentionKernels kAttentionAvx512 = kKernels;

}  // namespace mess::internal
