// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <string>

namespace mess::internal {

/// oneDNN's linear layer with a weight that was reordered once into its blocked layout. On CPUs where ATen's own matrix
/// product takes a generic path, this one is about twice as fast; both are exact float32.
class PackedLinear {
 public:
  /// Does this libtorch on this CPU have the operators, and do they compute what at::linear does? Tried once per dtype.
  static bool available(at::ScalarType dtype);

  /// @param weight  out x in, on the CPU, contiguous
  explicit PackedLinear(const at::Tensor& weight);

  /// @param fused  what is applied to the output: "none", "gelu" or "relu"
  at::Tensor operator()(const at::Tensor& input, const std::optional<at::Tensor>& bias, const std::string& fused) const;
  /// The same without activation, plus `residual`, which has the shape of the output.
  at::Tensor add(const at::Tensor& input, const std::optional<at::Tensor>& bias, const at::Tensor& residual) const;

 private:
  at::Tensor weight_;
};

}  // namespace mess::internal
