// SPDX-License-Identifier: MIT
#include "mess/text.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

using TokenRows = std::vector<std::vector<std::int64_t>>;

FloatArray encode_tokens(const TextEncoder& self, const TokenRows& rows) {
  std::vector<float> vectors;
  {
    const py::gil_scoped_release release;
    vectors = self.encode_tokens(rows);
  }
  return to_array(std::move(vectors), {static_cast<py::ssize_t>(rows.size()), static_cast<py::ssize_t>(self.dim())});
}

}  // namespace

void bind_text(py::module_& module) {
  py::class_<TextEncoder>(module, "TextModel",
                          "Turns token ids into vectors. Immutable: calls may run from several threads.")
      .def_static(
          "open",
          [](const py::object& folder, const std::string& device, const std::string& precision,
             const std::string& id_name) {
            const std::string path = path_from(folder);
            const py::gil_scoped_release release;
            return make_text_encoder(path, {.device = device, .precision = precision, .id_name = id_name});
          },
          py::arg("folder"), py::kw_only(), py::arg("device") = "auto", py::arg("precision") = "float32",
          py::arg("id_name") = "", "Opens a folder with config.json and weights of a text model. Raises ModelError.")
      .def_property_readonly("id", &TextEncoder::id)
      .def_property_readonly("dim", &TextEncoder::dim)
      .def_property_readonly("max_tokens", &TextEncoder::max_tokens, "Longest row, special tokens included.")
      .def_property_readonly("pad_token_id", &TextEncoder::pad_token_id)
      .def_property_readonly("license", &TextEncoder::license, "Of the weights; empty when unknown.")
      .def("encode_tokens", &encode_tokens, py::arg("rows"),
           "Rows of token ids, special tokens included, to (n, dim) float32 of unit length.");
  module.def(
      "mean_pairwise_cosine",
      [](const FloatArray& vectors) {
        const auto dim = static_cast<std::size_t>(vectors.ndim() == 2 ? vectors.shape(1) : 0);
        return mean_pairwise_cosine(as_span(vectors), dim);
      },
      py::arg("vectors"), "Mean cosine over all pairs of the rows of (n, dim), n >= 2.");
}

}  // namespace mess::python
