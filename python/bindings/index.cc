// SPDX-License-Identifier: MIT
#include "mess/index.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

void check_width(const FloatArray& array, const VectorIndex& index, const char* subject) {
  const auto width = array.shape(array.ndim() - 1);
  if (width == static_cast<py::ssize_t>(index.dim()))
    return;
  throw InvalidArgument(std::string(subject) + ": expected rows of " + std::to_string(index.dim()) + " values, found " +
                        std::to_string(width));
}

py::typing::Tuple<FloatArray, py::array_t<std::int64_t>> search(const VectorIndex& index, const py::object& queries,
                                                                py::ssize_t k, const py::object& filter,
                                                                const std::string& encoder_id) {
  const FloatArray array = require_float32(queries, "[index] queries", 1, 2);
  const auto num_queries = array.ndim() == 2 ? array.shape(0) : py::ssize_t{1};
  check_width(array, index, "[index] queries");
  if (k < 1)
    throw InvalidArgument("[index] k: expected at least 1, found " + std::to_string(k));
  py::array_t<std::int64_t, py::array::c_style> filter_ids;
  std::optional<std::span<const std::int64_t>> filter_span;
  if (!filter.is_none()) {
    filter_ids = require_ids(filter, "[index] filter");
    filter_span = as_span(filter_ids);
  }
  const auto query_span = as_span(array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search(query_span, static_cast<std::size_t>(num_queries), static_cast<std::size_t>(k), filter_span,
                          encoder_id);
  }
  return py::make_tuple(to_array(std::move(result.scores), {num_queries, k}),
                        to_array(std::move(result.ids), {num_queries, k}));
}

void add(VectorIndex& index, const py::object& ids, const py::object& vectors) {
  const auto id_array = require_ids(ids, "[index] ids");
  const FloatArray vector_array = require_float32(vectors, "[index] vectors", 2, 2);
  check_width(vector_array, index, "[index] vectors");
  if (vector_array.shape(0) != id_array.shape(0)) {
    throw InvalidArgument("[index] vectors: expected " + std::to_string(id_array.shape(0)) +
                          " rows like the ids, found " + std::to_string(vector_array.shape(0)));
  }
  const auto id_span = as_span(id_array);
  const auto vector_span = as_span(vector_array);
  const py::gil_scoped_release release;
  index.add(id_span, vector_span);
}

std::size_t remove(VectorIndex& index, const py::object& ids) {
  const auto id_array = require_ids(ids, "[index] ids");
  const auto id_span = as_span(id_array);
  const py::gil_scoped_release release;
  return index.remove(id_span);
}

// They wait for a writer, which may be long at work.
constexpr py::call_guard<py::gil_scoped_release> kWithoutGil;

}  // namespace

void bind_index(py::module_& module) {
  py::class_<VectorIndex>(module, "VectorIndex", "Nearest neighbours by inner product. Thread-safe.")
      .def(py::init([](std::size_t dim, const std::string& spec, const std::string& encoder_id) {
             return VectorIndex(dim, {.spec = spec, .encoder_id = encoder_id});
           }),
           py::arg("dim"), py::arg("spec") = "auto", py::kw_only(), py::arg("encoder_id") = "")
      .def("add", &add, py::arg("ids"), py::arg("vectors"),
           "Args: ids (n,) integers of at least 0, vectors (n, dim) float32. Raises InvalidArgument; then nothing is "
           "added.")
      .def("remove", &remove, py::arg("ids"), "Removes ids in O(1) each; returns how many were present.")
      .def("search", &search, py::arg("queries"), py::arg("k"), py::kw_only(), py::arg("filter") = py::none(),
           py::arg("encoder_id") = "",
           "Args: queries (n, dim) or (dim,) float32; filter, ids to consider. Returns scores (n, k) float32 and ids "
           "(n, k) "
           "int64, best first, padded with -inf and -1.")
      .def(
          "save",
          [](const VectorIndex& self, const py::object& path) {
            const std::string target = path_from(path);
            const py::gil_scoped_release release;
            self.save(target);
          },
          py::arg("path"), "Writes a checked file; readers see the old one or the new one.")
      .def_static(
          "load",
          [](const py::object& path) {
            const std::string source = path_from(path);
            const py::gil_scoped_release release;
            return VectorIndex::load(std::filesystem::path(source));
          },
          py::arg("path"), "Reads a file made by save(). Raises FormatError when it is damaged.")
      .def(
          "vector",
          [](const VectorIndex& self, std::int64_t id) {
            std::vector<float> values;
            {
              const py::gil_scoped_release release;
              values = self.vector(id);
            }
            const auto size = static_cast<py::ssize_t>(values.size());
            return to_array(std::move(values), {size});
          },
          py::arg("id"), "The vector stored under an id, (dim,) float32. Raises IndexError.")
      .def(
          "ids",
          [](const VectorIndex& self) {
            std::vector<std::int64_t> ids;
            {
              const py::gil_scoped_release release;
              ids = self.ids();
            }
            const auto size = static_cast<py::ssize_t>(ids.size());
            return to_array(std::move(ids), {size});
          },
          "All ids, in no order.")
      .def_property_readonly("dim", &VectorIndex::dim)
      .def_property_readonly("size", py::cpp_function(&VectorIndex::size, kWithoutGil))
      .def_property_readonly("spec", &VectorIndex::spec)
      .def_property_readonly("encoder_id", &VectorIndex::encoder_id)
      .def("__len__", &VectorIndex::size, kWithoutGil)
      .def("__contains__", &VectorIndex::contains, py::arg("id"), kWithoutGil);
}

}  // namespace mess::python
