// SPDX-License-Identifier: MIT
namespace mess::internal {
namespace {
constexpr int kLanes = 4;
constexpr int kColumns = 2;
}  // namespace
}  // namespace mess::internal

#include "src/neural/kernels/attention_kernel_body.h"

namespace mess::internal {

const AttentionKernels kAttentionBaseline = kKernels;

}  // namespace mess::internal
