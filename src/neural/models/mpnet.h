// SPDX-License-Identifier: MIT
// MPNet: a BERT without token types whose attention adds one learned bias per distance, shared by all layers.
//   Song et al. 2020, "MPNet: masked and permuted pre-training for language understanding"
#pragma once

#include "src/neural/layers/embedding.h"
#include "src/neural/layers/transformer_layer.h"
#include "src/neural/models/token_batch.h"
#include "src/neural/tensor/json.h"

namespace mess::internal {

struct MpnetConfig {
  std::int64_t vocabulary_size = 30527;
  std::int64_t num_layers = 12;
  std::int64_t num_positions = 512;
  std::int64_t pad_token_id = 1;
  std::int64_t num_distance_buckets = 32;
  TransformerLayerShape layer{.hidden = 768, .num_heads = 12, .feed_forward = 3072, .norm_epsilon = 1e-12};

  std::int64_t first_position() const { return pad_token_id + 1; }
  std::int64_t max_tokens() const { return num_positions - first_position(); }
  static MpnetConfig read(const JsonObject& config);
};

/// The bucket of each distance key - query: half of the buckets per sign, exact up to a quarter of them, then
/// logarithmic up to 128. @return int64, length x length (query, key)
at::Tensor distance_buckets(std::int64_t length, std::int64_t num_buckets);

class Mpnet : Immovable {
 public:
  Mpnet(const Scope& scope, const MpnetConfig& config);

  /// @return the last hidden state, rows x hidden
  at::Tensor operator()(const TokenBatch& batch) const;

 private:
  at::Tensor attention_bias(std::int64_t length) const;  // 1 x heads x length x length

  std::int64_t first_position_;
  std::int64_t num_distance_buckets_;
  Embedding words_;
  Embedding positions_;
  LayerNorm norm_;
  Embedding relative_bias_;
  Layers<TransformerLayer> layers_;
};

}  // namespace mess::internal
