// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/neural/layers/sequence_group.h"

namespace mess::internal {

/// Rows of token ids, one sequence after the other without padding, equal lengths together.
struct TokenBatch {
  at::Tensor ids;        // int64, one per token
  at::Tensor positions;  // int64, 0 for the first token of each sequence
  SequenceGroups groups{};
};

/// @param rows   token ids per text
/// @param order  which rows, by ascending length
TokenBatch make_token_batch(std::span<const std::span<const std::int64_t>> rows, std::span<const std::size_t> order,
                            at::Device device);

}  // namespace mess::internal
