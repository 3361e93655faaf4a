// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <pybind11/pybind11.h>

#include "python/bindings/numpy_interop.h"

namespace mess::python {

void bind_pool(py::module_& module) {
  module.def(
      "pool",
      [](const PyFrames& frames, const std::string& kind, bool l2_normalize) {
        const PoolOptions options{.kind = parse_pooling(kind), .l2_normalize = l2_normalize};
        const FramesView view = frames.view();
        Embedding embedding;
        {
          const py::gil_scoped_release release;
          embedding = pool(view, options);
        }
        const auto size = static_cast<py::ssize_t>(embedding.values.size());
        return to_array(std::move(embedding.values), {size});
      },
      py::arg("frames"), py::kw_only(), py::arg("kind") = "auto", py::arg("l2_normalize") = true,
      "One vector per track, float32, unit length by default: \"track\" is the encoder's own, \"mean\" (D,), "
      "\"mean_std\" (2 D,); "
      "\"auto\" is \"track\" where there is one, otherwise \"mean_std\".");
  module.def(
      "pooled_id",
      [](const Encoder& encoder, const std::string& kind) { return pooled_id(encoder, parse_pooling(kind)); },
      py::arg("encoder"), py::kw_only(), py::arg("kind") = "auto",
      "The id of what pool() makes of this encoder's frames. Raises InvalidArgument for \"track\" where there is "
      "none.");
}

}  // namespace mess::python
