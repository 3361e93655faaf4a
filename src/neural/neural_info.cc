// SPDX-License-Identifier: MIT
#include "mess/neural_info.h"

#include <ATen/Context.h>
#include <torch/version.h>

namespace mess {

NeuralInfo neural_info() {
  const bool has_cuda = at::globalContext().hasCUDA();
  return {.torch_version = TORCH_VERSION,
          .num_cuda_devices = has_cuda ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0};
}

}  // namespace mess
