// SPDX-License-Identifier: MIT
#include "src/neural/layers/attention.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "src/neural/kernels/attention_kernel.h"

namespace mess::internal {
namespace {

// Beyond, keys and values outgrow the cache, and blocks of them are the better order.
constexpr std::int64_t kLongestRowSequence = 1024;
// Below so many products a thread is not worth waking.
constexpr std::int64_t kProductsPerThread = 1 << 20;

std::optional<at::Tensor> when_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

at::Tensor attend_group(const at::Tensor& qkv, const SequenceGroup& group, std::int64_t num_heads) {
  const std::int64_t hidden = qkv.size(1) / 3;
  const auto split = qkv.narrow(0, group.first_row, group.num_rows())
                         .view({group.num_sequences, group.length, 3, num_heads, hidden / num_heads})
                         .permute({2, 0, 3, 1, 4});
  const auto attended =
      at::scaled_dot_product_attention(split[0], split[1], split[2], when_defined(group.attention_bias));
  return attended.transpose(1, 2).reshape({group.num_rows(), hidden});
}

template <typename Element>
void attend_typed(const at::Tensor& qkv, const at::Tensor& rows, std::int64_t num_heads, const at::Tensor& bias,
                  const at::Tensor& output, void (*kernel)(const HeadAttention<Element>&, float*)) {
  const std::int64_t hidden = output.size(1);
  const std::int64_t length = rows.size(1);
  const std::int64_t head_size = hidden / num_heads;
  const auto* input = static_cast<const Element*>(qkv.const_data_ptr());
  auto* const out = static_cast<Element*>(output.data_ptr());
  const auto* row = rows.const_data_ptr<std::int64_t>();
  const float* const biases = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
  const std::int64_t num_kinds = bias.defined() ? bias.size(0) : 1;
  const std::int64_t grain = std::max<std::int64_t>(1, kProductsPerThread / (length * length * head_size));
  at::parallel_for(0, rows.size(0) * num_heads, grain, [&](std::int64_t begin, std::int64_t end) {
    const auto scratch = std::make_unique_for_overwrite<float[]>(attention_kernels().scratch_floats(length, head_size));
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t sequence = i / num_heads;
      const std::int64_t head = i % num_heads;
      const Element* const query = input + head * head_size;
      const std::int64_t kind = sequence % num_kinds * num_heads + head;
      kernel({.query = query,
              .key = query + hidden,
              .value = query + 2 * hidden,
              .output = out + head * head_size,
              .rows = row + sequence * length,
              .input_stride = 3 * hidden,
              .output_stride = hidden,
              .length = length,
              .head_size = head_size,
              .scale = 1.0f / std::sqrt(static_cast<float>(head_size)),
              .bias = biases == nullptr ? nullptr : biases + kind * length * length},
             scratch.get());
    }
  });
}

bool can_attend_rows(const at::Tensor& qkv, const SequenceGroups& groups) {
  return std::ranges::all_of(groups, [&](const SequenceGroup& group) {
    return internal::can_attend_rows(qkv, group.length) &&
           (!group.attention_bias.defined() || group.attention_bias.size(0) == 1);
  });
}

}  // namespace

bool can_attend_rows(const at::Tensor& qkv, std::int64_t length) {
  const bool is_typed = qkv.scalar_type() == at::kFloat || qkv.scalar_type() == at::kBFloat16;
  const bool needs_gradient = c10::GradMode::is_enabled() && qkv.requires_grad();
  return qkv.is_cpu() && is_typed && !needs_gradient && length <= kLongestRowSequence;
}

void attend_rows(const at::Tensor& qkv, const at::Tensor& rows, std::int64_t num_heads, const at::Tensor& bias,
                 const at::Tensor& output) {
  const auto input = qkv.contiguous();
  if (input.scalar_type() == at::kFloat)
    attend_typed<float>(input, rows, num_heads, bias, output, attention_kernels().attend_float);
  else
    attend_typed<Bfloat16Bits>(input, rows, num_heads, bias, output, attention_kernels().attend_bfloat16);
}

at::Tensor attend(const at::Tensor& qkv, const SequenceGroups& groups, std::int64_t num_heads) {
  if (can_attend_rows(qkv, groups)) {
    const auto output = at::empty({qkv.size(0), qkv.size(1) / 3}, qkv.options());
    for (const SequenceGroup& group : groups) {
      const auto rows = at::arange(group.first_row, group.first_row + group.num_rows(), at::kLong);
      const auto bias =
          group.attention_bias.defined() ? group.attention_bias.to(at::kFloat).contiguous() : at::Tensor();
      attend_rows(qkv, rows.view({group.num_sequences, group.length}), num_heads, bias, output);
    }
    return output;
  }
  if (groups.size() == 1)
    return attend_group(qkv, groups.front(), num_heads);
  std::vector<at::Tensor> parts;
  parts.reserve(groups.size());
  for (const SequenceGroup& group : groups)
    parts.push_back(attend_group(qkv, group, num_heads));
  return at::cat(parts);
}

}  // namespace mess::internal
