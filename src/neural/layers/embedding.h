// SPDX-License-Identifier: MIT
#pragma once

#include "src/neural/layers/parameters.h"

namespace mess::internal {

/// A table of vectors, looked up by int64 ids.
class Embedding : Immovable {
 public:
  Embedding(const Scope& scope, std::int64_t num_rows, std::int64_t dim) {
    scope.add("weight", {num_rows, dim}, weight_);
    scope.on_place([this](const Placement& placement) { weight_ = placement.copy(weight_); });
  }

  at::Tensor operator()(const at::Tensor& ids) const { return at::embedding(weight_, ids); }
  const at::Tensor& weight() const { return weight_; }

 private:
  at::Tensor weight_;
};

}  // namespace mess::internal
