// SPDX-License-Identifier: MIT
#include <pybind11/pybind11.h>

#include "mess/neural_info.h"

namespace py = pybind11;

PYBIND11_MODULE(_neural, module) {
  module.doc() = "Bindings of libmess_neural; loaded on demand.";
  py::class_<mess::NeuralInfo>(module, "NeuralInfo", "What libmess_neural runs on.")
      .def_readonly("torch_version", &mess::NeuralInfo::torch_version)
      .def_readonly("num_cuda_devices", &mess::NeuralInfo::num_cuda_devices);
  module.def("neural_info", &mess::neural_info, "The libtorch in use and its GPUs.");
}
