// SPDX-License-Identifier: MIT
#pragma once

#include "src/neural/layers/parameters.h"

namespace mess::internal {

/// Over the last dimension, with gain and shift.
class LayerNorm : Immovable {
 public:
  LayerNorm(const Scope& scope, std::int64_t size, double epsilon) : size_(size), epsilon_(epsilon) {
    scope.add("weight", {size}, weight_);
    scope.add("bias", {size}, bias_);
    scope.on_place([this](const Placement& placement) {
      weight_ = placement.copy(weight_);
      bias_ = placement.copy(bias_);
    });
  }

  at::Tensor operator()(const at::Tensor& input) const {
    return at::layer_norm(input, {size_}, weight_, bias_, epsilon_);
  }

 private:
  std::int64_t size_;
  double epsilon_;
  at::Tensor weight_;
  at::Tensor bias_;
};

}  // namespace mess::internal
