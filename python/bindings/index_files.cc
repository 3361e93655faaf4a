// SPDX-License-Identifier: MIT
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "mess/index_store.h"
#include "mess/index_transfer.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

constexpr py::call_guard<py::gil_scoped_release> kWithoutGil;

std::string write_faiss(const VectorIndex& index, const py::object& path) {
  const std::string target = path_from(path);
  const py::gil_scoped_release release;
  return export_faiss(index, target);
}

VectorIndex read_faiss(const py::object& path, const std::string& spec, const std::string& encoder_id,
                       const std::string& metric, const std::string& xxh3, bool is_trusted) {
  const std::string source = path_from(path);
  FaissImportOptions options;
  options.index.spec = spec;
  options.index.encoder_id = encoder_id;
  options.index.metric = metric;
  options.xxh3 = xxh3;
  options.is_trusted = is_trusted;
  const py::gil_scoped_release release;
  return import_faiss(source, options);
}

}  // namespace

void bind_index_files(py::module_& module) {
  py::class_<IndexStore>(module, "IndexStore",
                         "Index files in generations: publish a new one, open the current one, go back.")
      .def(py::init(
               [](const py::object& folder, std::size_t num_kept) { return IndexStore(path_from(folder), num_kept); }),
           py::arg("folder"), py::kw_only(), py::arg("num_kept") = 3)
      .def("publish", &IndexStore::publish, kWithoutGil, py::arg("index"),
           "Writes the next generation and makes it current; returns its number.")
      .def_property_readonly("current", py::cpp_function(&IndexStore::current, kWithoutGil),
                             "The number of the current generation, 0 when there is none.")
      .def("generations", &IndexStore::generations, kWithoutGil, "The generations whose files are there, ascending.")
      .def(
          "path_of", [](const IndexStore& self, std::uint64_t generation) { return self.path_of(generation).string(); },
          py::arg("generation"), "The file of a generation.")
      .def(
          "open_current", [](const IndexStore& self, bool verify) { return self.open_current({.verify = verify}); },
          kWithoutGil, py::kw_only(), py::arg("verify") = false,
          "Opens the current generation, which stays whole while it is open. Raises FormatError.")
      .def("rollback", &IndexStore::rollback, kWithoutGil,
           "Makes the newest sound generation below the current one current; returns its number.");
  module.def("export_faiss", &write_faiss, py::arg("index"), py::arg("path"),
             "Writes a FAISS file (IndexIDMap2 over IndexFlat); returns its XXH3-64 in hexadecimal.");
  module.def("import_faiss", &read_faiss, py::arg("path"), py::arg("spec") = "auto", py::kw_only(),
             py::arg("encoder_id") = "", py::arg("metric") = "ip", py::arg("xxh3") = "", py::arg("is_trusted") = false,
             "Reads a FAISS file with this XXH3-64, or one that the caller trusts. Raises FormatError.");
}

}  // namespace mess::python
