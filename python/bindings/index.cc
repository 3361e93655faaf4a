// SPDX-License-Identifier: MIT
#include "mess/index.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "mess/error.h"
#include "python/bindings/index_arguments.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

// They wait for a writer, which may be long at work.
constexpr py::call_guard<py::gil_scoped_release> kWithoutGil;

std::size_t positive(py::ssize_t value, const char* name) {
  if (value < 1)
    throw InvalidArgument(std::string("[index] ") + name + ": expected at least 1, found " + std::to_string(value));
  return static_cast<std::size_t>(value);
}

ScoresAndIds search(const VectorIndex& index, const py::object& queries, py::ssize_t k, const py::object& filter,
                    const std::string& encoder_id, std::size_t effort, bool exact, bool correct_hubness) {
  const FloatArray array = require_float32(queries, "[index] queries", 1, 2);
  const auto num_queries = static_cast<std::size_t>(array.ndim() == 2 ? array.shape(0) : py::ssize_t{1});
  check_width(array, index, "[index] queries");
  const FilterArgument ids(filter, index);
  const SearchOptions options{positive(k, "k"), ids.get(), effort, exact, correct_hubness, encoder_id};
  const auto query_span = as_span(array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search(query_span, num_queries, options);
  }
  return to_tuple(std::move(result));
}

ScoresAndIds search_range(const VectorIndex& index, const py::object& query, float min_score,
                          const py::object& filter) {
  const FloatArray array = require_float32(query, "[index] query", 1, 1);
  check_width(array, index, "[index] query");
  const FilterArgument ids(filter, index);
  const auto query_span = as_span(array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search_range(query_span, min_score, ids.get());
  }
  return to_tuple(std::move(result));
}

ScoresAndIds search_weighted(const VectorIndex& index, const py::object& vectors, const py::object& weights,
                             py::ssize_t k, const py::object& filter, const std::string& encoder_id) {
  const FloatArray array = require_float32(vectors, "[index] vectors", 2, 2);
  const FloatArray weight_array = require_float32(weights, "[index] weights", 1, 1);
  check_width(array, index, "[index] vectors");
  const FilterArgument ids(filter, index);
  const SearchOptions options{.k = positive(k, "k"), .filter = ids.get(), .encoder_id = encoder_id};
  const auto vector_span = as_span(array);
  const auto weight_span = as_span(weight_array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search_weighted(vector_span, weight_span, options);
  }
  return to_tuple(std::move(result));
}

ScoresAndIds search_any(const VectorIndex& index, const py::object& vectors, py::ssize_t k, const py::object& filter,
                        const std::string& encoder_id) {
  const FloatArray array = require_float32(vectors, "[index] vectors", 2, 2);
  check_width(array, index, "[index] vectors");
  const FilterArgument ids(filter, index);
  const SearchOptions options{.k = positive(k, "k"), .filter = ids.get(), .encoder_id = encoder_id};
  const auto vector_span = as_span(array);
  const auto num_vectors = static_cast<std::size_t>(array.shape(0));
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search_any(vector_span, num_vectors, options);
  }
  return to_tuple(std::move(result));
}

ScoresAndIds search_groups(const VectorIndex& index, const py::object& vectors, py::ssize_t k, const py::object& groups,
                           const py::object& weights, const py::object& filter, const std::string& encoder_id) {
  const FloatArray array = require_float32(vectors, "[index] vectors", 2, 2);
  check_width(array, index, "[index] vectors");
  const GroupArgument group_argument(groups);
  const FilterArgument ids(filter, index);
  const SearchOptions options{.k = positive(k, "k"), .filter = ids.get(), .encoder_id = encoder_id};
  std::vector<float> weight_values(static_cast<std::size_t>(array.shape(0)), 1.0f);
  if (!weights.is_none()) {
    const FloatArray weight_array = require_float32(weights, "[index] weights", 1, 1);
    const auto given = as_span(weight_array);
    weight_values.assign(given.begin(), given.end());
  }
  const auto vector_span = as_span(array);
  SearchResult result;
  {
    const py::gil_scoped_release release;
    result = index.search_groups(vector_span, weight_values, group_argument.get(), options);
  }
  return to_tuple(std::move(result));
}

IdArray diversify(const VectorIndex& index, const py::object& ids, const py::object& scores, py::ssize_t k,
                  double diversity) {
  const auto id_array = require_ids(ids, "[index] ids");
  const FloatArray score_array = require_float32(scores, "[index] scores", 1, 1);
  const auto id_span = as_span(id_array);
  const auto score_span = as_span(score_array);
  const std::size_t count = positive(k, "k");
  std::vector<std::int64_t> picked;
  {
    const py::gil_scoped_release release;
    for (const std::size_t i : index.diversify(id_span, score_span, count, diversity))
      picked.push_back(id_span[i]);
  }
  const auto size = static_cast<py::ssize_t>(picked.size());
  return to_array(std::move(picked), {size});
}

template <typename Result, Result (VectorIndex::*kMethod)(std::span<const std::int64_t>, std::span<const float>)>
Result change(VectorIndex& index, const py::object& ids, const py::object& vectors) {
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
  return (index.*kMethod)(id_span, vector_span);
}

std::size_t remove(VectorIndex& index, const py::object& ids) {
  const auto id_array = require_ids(ids, "[index] ids");
  const auto id_span = as_span(id_array);
  const py::gil_scoped_release release;
  return index.remove(id_span);
}

void train(VectorIndex& index, const py::object& vectors) {
  if (vectors.is_none()) {
    const py::gil_scoped_release release;
    index.train();
    return;
  }
  const FloatArray array = require_float32(vectors, "[index] vectors", 2, 2);
  check_width(array, index, "[index] vectors");
  const auto vector_span = as_span(array);
  const py::gil_scoped_release release;
  index.train(vector_span);
}

FloatArray vectors(const VectorIndex& index, const py::object& ids) {
  const auto id_array = require_ids(ids, "[index] ids");
  const auto id_span = as_span(id_array);
  std::vector<float> values;
  {
    const py::gil_scoped_release release;
    values = index.vectors(id_span);
  }
  return to_array(std::move(values), {id_array.size(), static_cast<py::ssize_t>(index.dim())});
}

FloatArray vector(const VectorIndex& index, std::int64_t id) {
  std::vector<float> values;
  {
    const py::gil_scoped_release release;
    values = index.vector(id);
  }
  const auto size = static_cast<py::ssize_t>(values.size());
  return to_array(std::move(values), {size});
}

IdArray all_ids(const VectorIndex& index) {
  std::vector<std::int64_t> ids;
  {
    const py::gil_scoped_release release;
    ids = index.ids();
  }
  const auto size = static_cast<py::ssize_t>(ids.size());
  return to_array(std::move(ids), {size});
}

VectorIndex load(const py::object& path, bool verify) {
  const std::string source = path_from(path);
  const py::gil_scoped_release release;
  return VectorIndex::load(std::filesystem::path(source), {.verify = verify});
}

void save(const VectorIndex& index, const py::object& path) {
  const std::string target = path_from(path);
  const py::gil_scoped_release release;
  index.save(target);
}

void bind_changes(py::class_<VectorIndex>& type) {
  type.def("add", &change<void, &VectorIndex::add>, py::arg("ids"), py::arg("vectors"),
           "Args: ids (n,) integers of at least 0, vectors (n, dim) float32. Raises InvalidArgument; then nothing is "
           "added.")
      .def("update", &change<std::size_t, &VectorIndex::update>, py::arg("ids"), py::arg("vectors"),
           "As add(), but ids that are present get the new vector; returns how many were present.")
      .def("remove", &remove, py::arg("ids"), "Removes ids in O(1) each; returns how many were present.")
      .def("train", &train, py::arg("vectors") = py::none(),
           "Learns the lists and codes of a kind with pq from vectors (n, dim) float32, or from those that are in. "
           "Raises "
           "InvalidArgument for too few, for other kinds and when trained already.")
      .def("compact", &VectorIndex::compact, kWithoutGil, "Builds anew without what was removed. Ids stay.")
      .def("fit_hubness", &VectorIndex::fit_hubness, kWithoutGil, py::arg("sample_size") = 256,
           "Learns how similar each vector is to others in general, for search(correct_hubness=True).");
}

void bind_searches(py::class_<VectorIndex>& type) {
  type.def("search", &search, py::arg("queries"), py::arg("k"), py::kw_only(), py::arg("filter") = py::none(),
           py::arg("encoder_id") = "", py::arg("effort") = 0, py::arg("exact") = false,
           py::arg("correct_hubness") = false,
           "Args: queries (n, dim) or (dim,) float32; filter, ids to consider: an array of ids, a range, a boolean "
           "array over ids from 0 on, or a function of an id; effort, candidates that a graph keeps. Returns scores "
           "(n, k) float32 and ids (n, k) int64, best first, padded with -inf and -1.")
      .def("search_range", &search_range, py::arg("query"), py::arg("min_score"), py::kw_only(),
           py::arg("filter") = py::none(), "All with at least min_score, best first: scores and ids (1, found).")
      .def("search_weighted", &search_weighted, py::arg("vectors"), py::arg("weights"), py::arg("k"), py::kw_only(),
           py::arg("filter") = py::none(), py::arg("encoder_id") = "",
           "By several vectors (n, dim) at once, each with a weight; negative ones push away. As search().")
      .def("search_any", &search_any, py::arg("vectors"), py::arg("k"), py::kw_only(), py::arg("filter") = py::none(),
           py::arg("encoder_id") = "",
           "By several vectors (n, dim) at once; each id is scored by the one it is nearest to. As search().")
      .def("search_groups", &search_groups, py::arg("vectors"), py::arg("k"), py::kw_only(), py::arg("groups"),
           py::arg("weights") = py::none(), py::arg("filter") = py::none(), py::arg("encoder_id") = "",
           "By several vectors (n, dim) at once, for groups of ids (MaxSim): a group's score is the sum over the "
           "vectors "
           "of weight x its largest score. groups: how many ids each group has, id // groups then being the group, or "
           "a pair of arrays, ids and their groups. Returns scores (1, k) and groups (1, k); exact.")
      .def("diversify", &diversify, py::arg("ids"), py::arg("scores"), py::arg("k"), py::kw_only(),
           py::arg("diversity") = 0.3,
           "Maximal marginal relevance: at most k of the ids, unlike each other for a diversity towards 1.");
}

void bind_reports(py::class_<VectorIndex>& type) {
  type.def("hubness", &VectorIndex::hubness, kWithoutGil, py::arg("k") = 10, py::kw_only(),
           py::arg("corrected") = false, py::arg("max_queries") = 20000,
           "How unevenly vectors appear among the k nearest of others.")
      .def("recall_estimate", &VectorIndex::recall_estimate, kWithoutGil, py::arg("k") = 10, py::kw_only(),
           py::arg("num_queries") = 200, py::arg("effort") = 0,
           "The share of the true k nearest that search() finds, measured with stored vectors.")
      .def("info", &VectorIndex::info, kWithoutGil, "What the index is made of and how much room it takes.")
      .def_property_readonly("is_trained", py::cpp_function(&VectorIndex::is_trained, kWithoutGil))
      .def_property_readonly("has_hubness", py::cpp_function(&VectorIndex::has_hubness, kWithoutGil));
}

void bind_report_types(py::module_& module) {
  py::class_<HubnessReport>(module, "HubnessReport", "How often vectors are among the k nearest of others.")
      .def_readonly("k", &HubnessReport::k)
      .def_readonly("num_queries", &HubnessReport::num_queries)
      .def_readonly("skewness", &HubnessReport::skewness)
      .def_readonly("anti_hub_share", &HubnessReport::anti_hub_share)
      .def_readonly("largest_count", &HubnessReport::largest_count);
  py::class_<RecallEstimate>(module, "RecallEstimate", "What share of the true nearest a search finds.")
      .def_readonly("recall", &RecallEstimate::recall)
      .def_readonly("lowest", &RecallEstimate::lowest)
      .def_readonly("k", &RecallEstimate::k)
      .def_readonly("num_queries", &RecallEstimate::num_queries);
  py::class_<SectionInfo>(module, "SectionInfo", "A section of an index file, in bytes.")
      .def_readonly("name", &SectionInfo::name)
      .def_readonly("offset", &SectionInfo::offset)
      .def_readonly("size", &SectionInfo::size);
  py::class_<IndexInfo>(module, "IndexInfo", "What an index is made of and how much room it takes.")
      .def_readonly("spec", &IndexInfo::spec)
      .def_readonly("structure", &IndexInfo::structure)
      .def_readonly("storage", &IndexInfo::storage)
      .def_readonly("metric", &IndexInfo::metric)
      .def_readonly("encoder_id", &IndexInfo::encoder_id)
      .def_readonly("dim", &IndexInfo::dim)
      .def_readonly("size", &IndexInfo::size)
      .def_readonly("num_removed", &IndexInfo::num_removed)
      .def_readonly("bytes_per_vector", &IndexInfo::bytes_per_vector)
      .def_readonly("owned_bytes", &IndexInfo::owned_bytes)
      .def_readonly("mapped_bytes", &IndexInfo::mapped_bytes)
      .def_readonly("sections", &IndexInfo::sections);
}

}  // namespace

void bind_index_files(py::module_& module);

void bind_index(py::module_& module) {
  bind_report_types(module);
  py::class_<VectorIndex> type(module, "VectorIndex", "Nearest neighbours, exact or through a graph. Thread-safe.");
  type.def(
      py::init([](std::size_t dim, const std::string& spec, const std::string& encoder_id, const std::string& metric,
                  std::size_t ef_construction, std::size_t num_threads, const std::string& label) {
        return VectorIndex(dim, {spec, encoder_id, metric, ef_construction, label, num_threads});
      }),
      py::arg("dim"), py::arg("spec") = "auto", py::kw_only(), py::arg("encoder_id") = "", py::arg("metric") = "ip",
      py::arg("ef_construction") = IndexOptions().ef_construction, py::arg("num_threads") = 0, py::arg("label") = "",
      "spec: auto, flat, flat-fp16, flat-bf16, flat-int8, hnsw (hnsw48,flat-fp16), ivf,pq (ivf4096,pq96). metric: "
      "ip or l2.");
  bind_changes(type);
  bind_searches(type);
  bind_reports(type);
  type.def("save", &save, py::arg("path"), "Writes a checked file; readers see the old one or the new one.")
      .def_static("load", &load, py::arg("path"), py::kw_only(), py::arg("verify") = false,
                  "Maps a file made by save(); verify reads all of it first. Raises FormatError when it is damaged.")
      .def("verify", &VectorIndex::verify, kWithoutGil, "Checks the whole file this was loaded from.")
      .def("vector", &vector, py::arg("id"), "The vector stored under an id, (dim,) float32. Raises IndexError.")
      .def("vectors", &vectors, py::arg("ids"), "The vectors of ids, (n, dim) float32. Raises IndexError.")
      .def("ids", &all_ids, "All ids, in no order.")
      .def_property_readonly("dim", &VectorIndex::dim)
      .def_property_readonly("size", py::cpp_function(&VectorIndex::size, kWithoutGil))
      .def_property_readonly("spec", &VectorIndex::spec)
      .def_property_readonly("metric", &VectorIndex::metric)
      .def_property_readonly("encoder_id", &VectorIndex::encoder_id)
      .def_property_readonly("label", &VectorIndex::label, "What the caller wrote on it.")
      .def("__len__", &VectorIndex::size, kWithoutGil)
      .def("__contains__", &VectorIndex::contains, py::arg("id"), kWithoutGil);
  bind_index_files(module);
}

}  // namespace mess::python
