// SPDX-License-Identifier: MIT
#include "src/neural/layers/transformer_layer.h"

#include "src/neural/layers/attention.h"

namespace mess::internal {
namespace {

std::vector<Scope> scopes_of(const Scope& scope, const std::array<std::string, 3>& names) {
  return {scope / names[0], scope / names[1], scope / names[2]};
}

}  // namespace

TransformerLayer::TransformerLayer(const Scope& scope, const TransformerLayerNames& names,
                                   const TransformerLayerShape& shape)
    : num_heads_(shape.num_heads),
      norm_first_(shape.norm_first),
      query_key_value_(scopes_of(scope, names.query_key_value), shape.hidden, shape.hidden, {}),
      attention_output_(scope / names.attention_output, shape.hidden, shape.hidden),
      attention_norm_(scope / names.attention_norm, shape.hidden, shape.norm_epsilon),
      feed_forward_in_(scope / names.feed_forward_in, shape.hidden, shape.feed_forward,
                       {.activation = shape.activation}),
      feed_forward_out_(scope / names.feed_forward_out, shape.feed_forward, shape.hidden),
      feed_forward_norm_(scope / names.feed_forward_norm, shape.hidden, shape.norm_epsilon) {}

at::Tensor TransformerLayer::operator()(const at::Tensor& input, const SequenceGroups& groups) const {
  if (norm_first_) {
    const auto attended = attend(query_key_value_(attention_norm_(input)), groups, num_heads_);
    const auto sum = attention_output_.add_to(input, attended);
    return feed_forward_out_.add_to(sum, feed_forward_in_(feed_forward_norm_(sum)));
  }
  const auto attended = attend(query_key_value_(input), groups, num_heads_);
  const auto normed = attention_norm_(attention_output_.add_to(input, attended));
  return feed_forward_norm_(feed_forward_out_.add_to(normed, feed_forward_in_(normed)));
}

}  // namespace mess::internal
