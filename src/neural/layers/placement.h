// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <string>

namespace mess::internal {

/// Where a model runs and in which arithmetic.
struct Placement {
  at::Device device{at::kCPU};
  at::ScalarType dtype = at::kFloat;  // of weights and activations: kFloat or kBFloat16
  bool prepack = true;                // linear layers keep their weights in oneDNN's blocked layout where that exists
  bool trainable =
      false;  // parameters stay as the checkpoint has them, for gradients: nothing joined, folded or packed

  bool on_cpu() const { return device.is_cpu(); }
  /// A copy even where nothing changes: what a checkpoint gives is a view of a file that others may cut or remove.
  at::Tensor copy(const at::Tensor& tensor) const { return tensor.to(device, dtype, false, true); }
};

/// @param device     "auto", "cpu", "cuda" or "cuda:N"
/// @param precision  "float32" or "bfloat16"
/// @throws InvalidArgument  the machine lacks the device, or the text is none of those
Placement choose_placement(const std::string& device, const std::string& precision);

}  // namespace mess::internal
