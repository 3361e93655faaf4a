// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "src/neural/layers/placement.h"

namespace mess::internal {

/// A named tensor of a model. Layers own the tensors; the list only knows where they are.
struct Parameter {
  std::string name;
  std::vector<std::int64_t> shape;
  at::Tensor* tensor = nullptr;
  bool trainable = true;  // false for running statistics
};

/// All parameters of one model, in the order in which its layers were made.
class Parameters {
 public:
  void add(Parameter parameter) { list_.push_back(std::move(parameter)); }
  void on_place(std::function<void(const Placement&)> place) { placers_.push_back(std::move(place)); }

  const std::vector<Parameter>& list() const { return list_; }
  /// Brings every loaded tensor to its device, dtype and layout, layer by layer. Called once, after loading.
  void place(const Placement& placement, const std::function<void()>& after_each_layer = [] {}) const {
    for (const auto& place_layer : placers_) {
      place_layer(placement);
      after_each_layer();
    }
  }

 private:
  std::vector<Parameter> list_;
  std::vector<std::function<void(const Placement&)>> placers_;
};

/// Where a layer's names begin: scope / "encoder" / "layer" / "0".
class Scope {
 public:
  explicit Scope(Parameters& parameters, std::string prefix = {})
      : parameters_(&parameters), prefix_(std::move(prefix)) {}

  Scope operator/(const std::string& name) const { return Scope(*parameters_, join(name)); }
  Scope operator/(std::int64_t index) const { return *this / std::to_string(index); }

  void add(const std::string& name, std::vector<std::int64_t> shape, at::Tensor& tensor, bool trainable = true) const {
    parameters_->add({join(name), std::move(shape), &tensor, trainable});
  }
  void on_place(std::function<void(const Placement&)> place) const { parameters_->on_place(std::move(place)); }

 private:
  std::string join(const std::string& name) const { return prefix_.empty() ? name : prefix_ + "." + name; }

  Parameters* parameters_;
  std::string prefix_;
};

/// Layers are found by address, so they stay where they were made: a deque never moves them.
template <typename T>
using Layers = std::deque<T>;

class Immovable {
 public:
  Immovable() = default;
  Immovable(const Immovable&) = delete;
  Immovable& operator=(const Immovable&) = delete;
};

}  // namespace mess::internal
