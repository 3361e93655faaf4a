// SPDX-License-Identifier: MIT
#include "src/neural/models/bert.h"

#include "src/neural/models/config_values.h"

namespace mess::internal {
namespace {

const TransformerLayerNames kNames{
    .query_key_value = {"attention.self.query", "attention.self.key", "attention.self.value"},
    .attention_output = "attention.output.dense",
    .attention_norm = "attention.output.LayerNorm",
    .feed_forward_in = "intermediate.dense",
    .feed_forward_out = "output.dense",
    .feed_forward_norm = "output.LayerNorm",
};

}  // namespace

BertConfig BertConfig::read(const JsonObject& json, bool is_roberta) {
  const ConfigValues values(json);
  values.expect_text("position_embedding_type", "absolute");
  values.expect_boolean("is_decoder", false);
  BertConfig config;
  config.vocabulary_size = values.count("vocab_size", is_roberta ? 50265 : 30522);
  config.num_layers = values.num_layers();
  config.num_token_types = values.count("type_vocab_size", is_roberta ? 1 : 2);
  config.num_positions = values.count("max_position_embeddings", is_roberta ? 514 : 512);
  config.pad_token_id = values.index("pad_token_id", is_roberta ? 1 : 0);
  config.first_position = is_roberta ? config.pad_token_id + 1 : 0;
  config.layer = values.transformer_layer(1e-12);
  return config;
}

Bert::Bert(const Scope& scope, const BertConfig& config)
    : first_position_(config.first_position),
      words_(scope / "embeddings.word_embeddings", config.vocabulary_size, config.layer.hidden),
      positions_(scope / "embeddings.position_embeddings", config.num_positions, config.layer.hidden),
      token_types_(scope / "embeddings.token_type_embeddings", config.num_token_types, config.layer.hidden),
      norm_(scope / "embeddings.LayerNorm", config.layer.hidden, config.layer.norm_epsilon) {
  for (std::int64_t i = 0; i < config.num_layers; ++i)
    layers_.emplace_back(scope / "encoder.layer" / i, kNames, config.layer);
}

at::Tensor Bert::operator()(const TokenBatch& batch) const {
  // Every text is one segment: token type 0.
  const auto places = positions_(batch.positions + first_position_) + token_types_.weight()[0];
  at::Tensor hidden = norm_(words_(batch.ids) + places);
  for (const TransformerLayer& layer : layers_)
    hidden = layer(hidden, batch.groups);
  return hidden;
}

}  // namespace mess::internal
