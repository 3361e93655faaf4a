// SPDX-License-Identifier: MIT
// BERT and RoBERTa: one network; RoBERTa counts positions from the padding id + 1.
//   Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers for language understanding"
//   Liu et al. 2019, "RoBERTa: a robustly optimized BERT pretraining approach"
#pragma once

#include "src/neural/layers/embedding.h"
#include "src/neural/layers/transformer_layer.h"
#include "src/neural/models/token_batch.h"
#include "src/neural/tensor/json.h"

namespace mess::internal {

struct BertConfig {
  std::int64_t vocabulary_size = 30522;
  std::int64_t num_layers = 12;
  std::int64_t num_token_types = 2;
  std::int64_t num_positions = 512;
  std::int64_t pad_token_id = 0;
  std::int64_t first_position = 0;
  TransformerLayerShape layer{.hidden = 768, .num_heads = 12, .feed_forward = 3072, .norm_epsilon = 1e-12};

  std::int64_t max_tokens() const { return num_positions - first_position; }
  /// @param is_roberta  other defaults for absent keys, and where positions begin
  static BertConfig read(const JsonObject& config, bool is_roberta);
};

class Bert : Immovable {
 public:
  Bert(const Scope& scope, const BertConfig& config);

  /// @return the last hidden state, rows x hidden
  at::Tensor operator()(const TokenBatch& batch) const;

 private:
  std::int64_t first_position_;
  Embedding words_;
  Embedding positions_;
  Embedding token_types_;
  LayerNorm norm_;
  Layers<TransformerLayer> layers_;
};

}  // namespace mess::internal
