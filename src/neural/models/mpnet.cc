// SPDX-License-Identifier: MIT
#include "src/neural/models/mpnet.h"

#include <cmath>

#include "mess/error.h"
#include "src/neural/models/config_values.h"

namespace mess::internal {
namespace {

constexpr double kFarthest = 128.0;

const TransformerLayerNames kNames{
    .query_key_value = {"attention.attn.q", "attention.attn.k", "attention.attn.v"},
    .attention_output = "attention.attn.o",
    .attention_norm = "attention.LayerNorm",
    .feed_forward_in = "intermediate.dense",
    .feed_forward_out = "output.dense",
    .feed_forward_norm = "output.LayerNorm",
};

}  // namespace

MpnetConfig MpnetConfig::read(const JsonObject& json) {
  const ConfigValues values(json);
  MpnetConfig config;
  config.vocabulary_size = values.count("vocab_size", 30527);
  config.num_layers = values.num_layers();
  config.num_positions = values.count("max_position_embeddings", 512);
  config.pad_token_id = values.index("pad_token_id", 1);
  config.num_distance_buckets = values.count("relative_attention_num_buckets", 32);
  config.layer = values.transformer_layer(1e-12);
  if (config.num_distance_buckets % 4 != 0) {
    throw ModelError("[neural] " + json.name() + ": relative_attention_num_buckets: expected a multiple of 4, found " +
                     std::to_string(config.num_distance_buckets));
  }
  return config;
}

at::Tensor distance_buckets(std::int64_t length, std::int64_t num_buckets) {
  const std::int64_t half = num_buckets / 2;
  const std::int64_t exact = half / 2;
  const auto place = at::arange(length, at::kLong);
  const auto distance = place.unsqueeze(1) - place.unsqueeze(0);  // query - key
  const auto far = distance.abs();
  // In float32, as the model was trained: at a bucket's edge the rounding decides.
  const auto log_ratio = at::log(far.clamp_min(1).to(at::kFloat) / static_cast<double>(exact)) /
                         std::log(kFarthest / static_cast<double>(exact));
  const auto coarse = ((log_ratio * static_cast<double>(half - exact)).to(at::kLong) + exact).clamp_max(half - 1);
  return (distance < 0).to(at::kLong) * half + at::where(far < exact, far, coarse);
}

Mpnet::Mpnet(const Scope& scope, const MpnetConfig& config)
    : first_position_(config.first_position()),
      num_distance_buckets_(config.num_distance_buckets),
      words_(scope / "embeddings.word_embeddings", config.vocabulary_size, config.layer.hidden),
      positions_(scope / "embeddings.position_embeddings", config.num_positions, config.layer.hidden),
      norm_(scope / "embeddings.LayerNorm", config.layer.hidden, config.layer.norm_epsilon),
      relative_bias_(scope / "encoder.relative_attention_bias", config.num_distance_buckets, config.layer.num_heads) {
  for (std::int64_t i = 0; i < config.num_layers; ++i)
    layers_.emplace_back(scope / "encoder.layer" / i, kNames, config.layer);
}

at::Tensor Mpnet::attention_bias(std::int64_t length) const {
  const auto buckets = distance_buckets(length, num_distance_buckets_).to(relative_bias_.weight().device());
  return relative_bias_(buckets).permute({2, 0, 1}).unsqueeze(0).contiguous();
}

at::Tensor Mpnet::operator()(const TokenBatch& batch) const {
  SequenceGroups groups = batch.groups;
  for (SequenceGroup& group : groups)
    group.attention_bias = attention_bias(group.length);
  at::Tensor hidden = norm_(words_(batch.ids) + positions_(batch.positions + first_position_));
  for (const TransformerLayer& layer : layers_)
    hidden = layer(hidden, groups);
  return hidden;
}

}  // namespace mess::internal
