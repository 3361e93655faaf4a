// SPDX-License-Identifier: MIT
#include "mess/whitening.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

EncoderId id_from(const py::object& encoder_id) {
  if (py::isinstance<py::str>(encoder_id))
    return EncoderId::parse(encoder_id.cast<std::string>());
  return encoder_id.cast<EncoderId>();
}

void add_block(WhiteningFit& fit, const py::object& block) {
  const FloatArray vectors = require_float32(block, "[pool] vectors", 2, 2);
  const py::gil_scoped_release release;
  fit.add(as_span(vectors), static_cast<std::size_t>(vectors.shape(0)));
}

Whitening fit_whitening(const py::object& vectors, const py::object& encoder_id, std::size_t num_components,
                        std::optional<double> shrinkage, bool l2_normalize) {
  WhiteningFit fit(id_from(encoder_id));
  if (py::isinstance<py::array>(vectors)) {
    add_block(fit, vectors);
  } else {
    for (const py::handle block : vectors)
      add_block(fit, py::reinterpret_borrow<py::object>(block));
  }
  const py::gil_scoped_release release;
  return fit.finish({.num_components = num_components, .shrinkage = shrinkage, .l2_normalize = l2_normalize});
}

FloatArray apply(const Whitening& self, const py::object& vectors, const py::object& encoder_id) {
  const FloatArray array = require_float32(vectors, "[pool] vectors", 1, 2);
  const EncoderId id = encoder_id.is_none() ? self.input_id() : id_from(encoder_id);
  const bool is_one = array.ndim() == 1;
  const std::size_t count = is_one ? 1 : static_cast<std::size_t>(array.shape(0));
  std::vector<float> values;
  {
    const py::gil_scoped_release release;
    values = self.apply(as_span(array), count, id);
  }
  const auto columns = static_cast<py::ssize_t>(self.num_components());
  if (is_one)
    return to_array(std::move(values), {columns});
  return to_array(std::move(values), {static_cast<py::ssize_t>(count), columns});
}

FloatArray copy_of(std::span<const float> values, std::vector<py::ssize_t> shape) {
  return to_array(std::vector<float>(values.begin(), values.end()), std::move(shape));
}

}  // namespace

void bind_whitening(py::module_& module) {
  py::class_<Whitening>(module, "Whitening", "PCA whitening, fitted on the user's own vectors. Immutable.")
      .def_static(
          "fit", &fit_whitening, py::arg("vectors"), py::kw_only(), py::arg("encoder_id"),
          py::arg("num_components") = 0, py::arg("shrinkage") = py::none(), py::arg("l2_normalize") = true,
          "Fits on an array (n, D) float32, or on an iterable of such arrays, one at a time. `num_components` 0: "
          "all there are; `shrinkage` of the variances, 0 to 1, None: estimated (Chen et al., 2010). Raises "
          "InvalidArgument.")
      .def_static(
          "load",
          [](const py::object& path) {
            const std::string source = path_from(path);
            const py::gil_scoped_release release;
            return Whitening::load(source);
          },
          py::arg("path"), "Reads a file of save(). Raises FormatError.")
      .def(
          "save",
          [](const Whitening& self, const py::object& path) {
            const std::string target = path_from(path);
            const py::gil_scoped_release release;
            self.save(target);
          },
          py::arg("path"), "Writes beside the target, syncs, renames.")
      .def("apply", &apply, py::arg("vectors"), py::arg("encoder_id") = py::none(),
           "(n, D) to (n, K) float32, or (D,) to (K,). Raises InvalidArgument: another width, or the encoder id, where "
           "it is given, is not input_id.")
      .def_property_readonly("dim", &Whitening::dim, "D, of what comes in.")
      .def_property_readonly("num_components", &Whitening::num_components, "K, of what comes out.")
      .def_property_readonly("num_vectors", &Whitening::num_vectors, "That it was fitted on.")
      .def_property_readonly("shrinkage", &Whitening::shrinkage)
      .def_property_readonly("explained_variance", &Whitening::explained_variance, "Share of the components, 0 to 1.")
      .def_property_readonly("input_id", &Whitening::input_id, "Of the vectors it was fitted on.")
      .def_property_readonly("encoder_id", &Whitening::encoder_id, "Of what apply() gives.")
      .def_property_readonly(
          "mean", [](const Whitening& self) { return copy_of(self.mean(), {static_cast<py::ssize_t>(self.dim())}); },
          "(D,)")
      .def_property_readonly(
          "components",
          [](const Whitening& self) {
            return copy_of(self.components(),
                           {static_cast<py::ssize_t>(self.num_components()), static_cast<py::ssize_t>(self.dim())});
          },
          "(K, D): eigenvectors over the square roots of the shrunk variances.")
      .def("__repr__", [](const Whitening& self) {
        return "Whitening(" + self.encoder_id().str() + ", fitted on " + std::to_string(self.num_vectors()) +
               " vectors)";
      });
}

}  // namespace mess::python
