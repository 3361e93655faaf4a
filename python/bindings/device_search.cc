// SPDX-License-Identifier: MIT
#include "mess/device_search.h"

#include <pybind11/pybind11.h>

#include "mess/error.h"
#include "python/bindings/index_arguments.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

ScoresAndIds search(const DeviceSearch& self, const py::object& queries, py::ssize_t k, const py::object& filter,
                    const std::string& encoder_id) {
  const FloatArray array = require_float32(queries, "[index] queries", 1, 2);
  if (k < 1)
    throw InvalidArgument("[index] k: expected at least 1, found " + std::to_string(k));
  const auto num_queries = static_cast<std::size_t>(array.ndim() == 2 ? array.shape(0) : py::ssize_t{1});
  const FilterArgument ids(filter, [&self] { return std::vector(self.ids().begin(), self.ids().end()); });
  const auto query_span = as_span(array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = self.search(query_span, num_queries,
                         {.k = static_cast<std::size_t>(k), .filter = ids.get(), .encoder_id = encoder_id});
  }
  return to_tuple(std::move(result));
}

}  // namespace

void bind_device_search(py::module_& module) {
  constexpr py::call_guard<py::gil_scoped_release> kWithoutGil;
  py::class_<DeviceSearch>(module, "DeviceSearch", "The vectors of an index, copied to a GPU for exact search there.")
      .def(py::init([](const VectorIndex& index, const std::string& device) {
             return DeviceSearch(index, {.device = device});
           }),
           kWithoutGil, py::arg("index"), py::kw_only(), py::arg("device") = "auto",
           "Copies all vectors; later changes of the index do not show. device: auto, cpu, cuda or cuda:N. Raises "
           "InvalidArgument, ModelError.")
      .def("search", &search, py::arg("queries"), py::arg("k"), py::kw_only(), py::arg("filter") = py::none(),
           py::arg("encoder_id") = "",
           "As VectorIndex.search(exact=True), with scores in float32: (n, k) scores and ids, best first.")
      .def_property_readonly("dim", &DeviceSearch::dim)
      .def_property_readonly("size", &DeviceSearch::size)
      .def_property_readonly("device", &DeviceSearch::device)
      .def_property_readonly("encoder_id", &DeviceSearch::encoder_id)
      .def("__len__", &DeviceSearch::size);
}

}  // namespace mess::python
