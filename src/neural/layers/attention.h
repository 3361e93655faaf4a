// SPDX-License-Identifier: MIT
#pragma once

#include "src/neural/layers/sequence_group.h"

namespace mess::internal {

/// Multi-head softmax(q k^T / sqrt(head size) + bias) v within each sequence.
/// @param qkv  rows x 3 * hidden: queries, keys and values side by side
/// @return rows x hidden
at::Tensor attend(const at::Tensor& qkv, const SequenceGroups& groups, std::int64_t num_heads);

/// Whether attend_rows() takes this: on the CPU, float32 or bfloat16, no gradients wanted, sequences not too long.
bool can_attend_rows(const at::Tensor& qkv, std::int64_t length);

/// Attention within sequences whose tokens lie anywhere among the rows, in one pass without copies of q, k and v.
/// @param rows  which row is which token: sequences x length, int64; each row at most once
/// @param bias  kinds x heads x length x length, float32, contiguous, or undefined; sequence s takes kind s % kinds
/// @param output  rows x hidden; receives the rows named
void attend_rows(const at::Tensor& qkv, const at::Tensor& rows, std::int64_t num_heads, const at::Tensor& bias,
                 const at::Tensor& output);

}  // namespace mess::internal
