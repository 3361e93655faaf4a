// SPDX-License-Identifier: MIT
#include "src/neural/layers/attention.h"

namespace mess::internal {
namespace {

at::Tensor attend_group(const at::Tensor& qkv, const SequenceGroup& group, std::int64_t num_heads) {
  const std::int64_t hidden = qkv.size(1) / 3;
  const auto split = qkv.narrow(0, group.first_row, group.num_rows())
                         .view({group.num_sequences, group.length, 3, num_heads, hidden / num_heads})
                         .permute({2, 0, 3, 1, 4});
  const auto bias = group.attention_bias.defined() ? std::optional(group.attention_bias) : std::nullopt;
  const auto attended = at::scaled_dot_product_attention(split[0], split[1], split[2], bias);
  return attended.transpose(1, 2).reshape({group.num_rows(), hidden});
}

}  // namespace

at::Tensor attend(const at::Tensor& qkv, const SequenceGroups& groups, std::int64_t num_heads) {
  if (groups.size() == 1)
    return attend_group(qkv, groups.front(), num_heads);
  std::vector<at::Tensor> parts;
  parts.reserve(groups.size());
  for (const SequenceGroup& group : groups)
    parts.push_back(attend_group(qkv, group, num_heads));
  return at::cat(parts);
}

}  // namespace mess::internal
