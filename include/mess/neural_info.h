// SPDX-License-Identifier: MIT
// What libmess_neural runs on. Declared here, defined in libmess_neural: link mess::neural to call it.
#pragma once

#include <string>

#include "mess/export.h"

namespace mess {

struct NeuralInfo {
  std::string torch_version;  // "2.13.0"
  int num_cuda_devices = 0;   // 0 without a usable GPU
};

MESS_API NeuralInfo neural_info();

}  // namespace mess
