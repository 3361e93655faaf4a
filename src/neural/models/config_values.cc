// SPDX-License-Identifier: MIT
#include "src/neural/models/config_values.h"

#include "mess/error.h"

namespace mess::internal {
namespace {

constexpr std::int64_t kMostOfAnything = 10'000'000;
constexpr std::int64_t kMostLayers = 1'000;  // layers are made before the checkpoint can show that it has fewer

std::int64_t in_range(const JsonObject& json, const std::string& key, std::int64_t least, std::int64_t most,
                      std::int64_t fallback) {
  const std::int64_t value = json.integer(key, fallback);
  if (value >= least && value <= most)
    return value;
  throw ModelError("[neural] " + json.name() + ": " + key + ": expected " + std::to_string(least) + " to " +
                   std::to_string(most) + ", found " + std::to_string(value));
}

}  // namespace

std::int64_t ConfigValues::count(const std::string& key, std::int64_t fallback) const {
  return in_range(*json_, key, 1, kMostOfAnything, fallback);
}

std::int64_t ConfigValues::index(const std::string& key, std::int64_t fallback) const {
  return in_range(*json_, key, 0, kMostOfAnything, fallback);
}

std::int64_t ConfigValues::num_layers() const { return in_range(*json_, "num_hidden_layers", 1, kMostLayers, 12); }

double ConfigValues::positive(const std::string& key, double fallback) const {
  const double value = json_->number(key, fallback);
  if (value > 0.0)
    return value;
  throw ModelError("[neural] " + json_->name() + ": " + key + ": expected a positive number, found " +
                   std::to_string(value));
}

TransformerLayerShape ConfigValues::transformer_layer(double default_epsilon) const {
  TransformerLayerShape shape;
  shape.hidden = count("hidden_size", 768);
  shape.num_heads = count("num_attention_heads", 12);
  shape.feed_forward = count("intermediate_size", 3072);
  shape.norm_epsilon = positive("layer_norm_eps", default_epsilon);
  shape.activation = parse_activation(json_->text("hidden_act", "gelu"));
  if (shape.hidden % shape.num_heads == 0)
    return shape;
  throw ModelError("[neural] " + json_->name() + ": num_attention_heads: expected a divisor of " +
                   std::to_string(shape.hidden) + ", found " + std::to_string(shape.num_heads));
}

void ConfigValues::expect_text(const std::string& key, const std::string& expected) const {
  const std::string found = json_->text(key, expected);
  if (found != expected) {
    throw ModelError("[neural] " + json_->name() + ": " + key + ": expected \"" + expected + "\", found \"" + found +
                     "\", which is not supported");
  }
}

void ConfigValues::expect_boolean(const std::string& key, bool expected) const {
  if (json_->boolean(key, expected) != expected) {
    const std::string wanted = expected ? "true" : "false";
    throw ModelError("[neural] " + json_->name() + ": " + key + ": expected " + wanted +
                     ", found the opposite, which is not supported");
  }
}

}  // namespace mess::internal
