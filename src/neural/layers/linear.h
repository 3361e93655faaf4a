// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/neural/layers/packed_linear.h"
#include "src/neural/layers/parameters.h"

namespace mess::internal {

enum class Activation { kNone, kGelu, kRelu };

/// @throws ModelError  for a name other than "gelu" (by the error function) and "relu"
Activation parse_activation(const std::string& name);

/// y = activation(x W^T + b), by oneDNN's prepacked product where the placement asks for it and by at::linear otherwise.
/// Several layers that read the same input can be joined: their outputs then follow one another in the last dimension.
class Linear : Immovable {
 public:
  struct Options {
    bool has_bias = true;
    Activation activation = Activation::kNone;
  };

  Linear(const Scope& scope, std::int64_t in, std::int64_t out) : Linear({scope}, in, out, Options{}) {}
  Linear(const Scope& scope, std::int64_t in, std::int64_t out, Options options)
      : Linear(std::vector<Scope>{scope}, in, out, options) {}
  /// @param out  of each of the joined layers
  Linear(const std::vector<Scope>& scopes, std::int64_t in, std::int64_t out, Options options);

  at::Tensor operator()(const at::Tensor& input) const;
  /// residual + the layer's output
  at::Tensor add_to(const at::Tensor& residual, const at::Tensor& input) const;

 private:
  void place(const Placement& placement);
  at::Tensor joined_weight() const;
  std::optional<at::Tensor> joined_bias() const;

  Options options_;
  std::vector<at::Tensor> weights_;
  std::vector<at::Tensor> biases_;
  std::optional<PackedLinear> packed_;
};

at::Tensor apply(Activation activation, const at::Tensor& input);

}  // namespace mess::internal
