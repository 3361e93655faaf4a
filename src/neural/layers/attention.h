// SPDX-License-Identifier: MIT
#pragma once

#include "src/neural/layers/sequence_group.h"

namespace mess::internal {

/// Multi-head softmax(q k^T / sqrt(head size) + bias) v within each sequence.
/// @param qkv  rows x 3 * hidden: queries, keys and values side by side
/// @return rows x hidden
at::Tensor attend(const at::Tensor& qkv, const SequenceGroups& groups, std::int64_t num_heads);

}  // namespace mess::internal
