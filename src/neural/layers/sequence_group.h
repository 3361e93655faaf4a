// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace mess::internal {

/// Sequences of one length that lie one after the other in the rows of a batch. A batch is its sequences' rows without any
/// padding: linear layers and norms see one matrix, attention goes group by group, and no sequence sees another.
struct SequenceGroup {
  std::int64_t first_row = 0;
  std::int64_t num_sequences = 0;
  std::int64_t length = 0;
  at::Tensor
      attention_bias{};  // added to the scores: broadcasts to (num_sequences, heads, length, length); may be undefined

  std::int64_t num_rows() const { return num_sequences * length; }
};

using SequenceGroups = std::vector<SequenceGroup>;

}  // namespace mess::internal
