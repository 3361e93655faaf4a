// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "src/neural/layers/transformer_layer.h"
#include "src/neural/tensor/json.h"

namespace mess::internal {

/// Values of config.json, each with the default that an absent key stands for, and checked: sizes from an untrusted file
/// decide how much memory is asked for.
class ConfigValues {
 public:
  explicit ConfigValues(const JsonObject& json) : json_(&json) {}

  /// 1 to 10 million. @throws ModelError
  std::int64_t count(const std::string& key, std::int64_t fallback) const;
  /// 0 to 10 million. @throws ModelError
  std::int64_t index(const std::string& key, std::int64_t fallback) const;
  /// num_hidden_layers: 1 to 1,000, 12 when absent. @throws ModelError
  std::int64_t num_layers() const;
  double positive(const std::string& key, double fallback) const;
  /// hidden_size, num_attention_heads, intermediate_size, layer_norm_eps and hidden_act of most transformers; absent sizes
  /// are those of the base models: 768, 12, 3072.
  TransformerLayerShape transformer_layer(double default_epsilon) const;

  // For settings of which only one value is supported; an absent key has that value.
  void expect_text(const std::string& key, const std::string& expected) const;
  void expect_boolean(const std::string& key, bool expected) const;

 private:
  const JsonObject* json_;
};

}  // namespace mess::internal
