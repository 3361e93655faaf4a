// SPDX-License-Identifier: MIT
#include "src/neural/models/token_batch.h"

namespace mess::internal {

TokenBatch make_token_batch(std::span<const std::span<const std::int64_t>> rows, std::span<const std::size_t> order,
                            at::Device device) {
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> positions;
  SequenceGroups groups;
  for (const std::size_t row : order) {
    const auto length = static_cast<std::int64_t>(rows[row].size());
    if (groups.empty() || groups.back().length != length)
      groups.push_back({.first_row = static_cast<std::int64_t>(ids.size()), .num_sequences = 0, .length = length});
    ++groups.back().num_sequences;
    ids.insert(ids.end(), rows[row].begin(), rows[row].end());
    for (std::int64_t position = 0; position < length; ++position)
      positions.push_back(position);
  }
  return {.ids = at::tensor(ids, at::kLong).to(device),
          .positions = at::tensor(positions, at::kLong).to(device),
          .groups = std::move(groups)};
}

}  // namespace mess::internal
