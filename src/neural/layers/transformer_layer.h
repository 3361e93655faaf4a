// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>

#include "src/neural/layers/linear.h"
#include "src/neural/layers/norm.h"
#include "src/neural/layers/sequence_group.h"

namespace mess::internal {

/// What a checkpoint calls the parts of a layer.
struct TransformerLayerNames {
  std::array<std::string, 3> query_key_value;
  std::string attention_output;
  std::string attention_norm;
  std::string feed_forward_in;
  std::string feed_forward_out;
  std::string feed_forward_norm;
};

struct TransformerLayerShape {
  std::int64_t hidden = 0;
  std::int64_t num_heads = 0;
  std::int64_t feed_forward = 0;
  double norm_epsilon = 1e-5;
  Activation activation = Activation::kGelu;
  bool norm_first = false;  // false: the norm follows the sum with the residual (the original Transformer)
};

/// Self-attention and feed-forward network with residuals (Vaswani et al. 2017, "Attention is all you need").
class TransformerLayer : Immovable {
 public:
  TransformerLayer(const Scope& scope, const TransformerLayerNames& names, const TransformerLayerShape& shape);

  /// @param input  rows x hidden
  at::Tensor operator()(const at::Tensor& input, const SequenceGroups& groups) const;

 private:
  std::int64_t num_heads_;
  bool norm_first_;
  Linear query_key_value_;
  Linear attention_output_;
  LayerNorm attention_norm_;
  Linear feed_forward_in_;
  Linear feed_forward_out_;
  LayerNorm feed_forward_norm_;
};

}  // namespace mess::internal
