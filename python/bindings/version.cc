// SPDX-License-Identifier: MIT
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "mess/version.h"

namespace py = pybind11;

namespace mess::python {

void bind_version(py::module_& module) {
  module.def("version", &version, "The version of libmess.");
  module.def("simd_level", &simd_level,
             "The SIMD level in use: baseline, avx2 or avx512 (MESS_SIMD forces a lower one).");
  module.def("built_stages", &built_stages, "The stages this build holds, in the order of the data flow.");
}

}  // namespace mess::python
