// SPDX-License-Identifier: MIT
#include "mess/playlist.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <limits>
#include <optional>

#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

void check_count(const char* subject, std::size_t found, std::size_t expected) {
  if (found == expected)
    return;
  throw InvalidArgument(std::string("[playlist] ") + subject + ": expected " + std::to_string(expected) +
                        " like the ids, found " + std::to_string(found));
}

std::vector<PlaylistStep> order(const py::object& ids, const py::object& vectors, std::int64_t start_id,
                                std::size_t length, const std::optional<std::vector<double>>& loudness_lufs,
                                const std::optional<std::vector<std::string>>& artists, double loudness_weight,
                                std::size_t artist_gap) {
  const auto id_array = require_ids(ids, "[playlist] ids");
  const FloatArray vector_array = require_float32(vectors, "[playlist] vectors", 2, 2);
  const auto id_span = as_span(id_array);
  const auto values = as_span(vector_array);
  const auto dim = static_cast<std::size_t>(vector_array.shape(1));
  check_count("vectors", static_cast<std::size_t>(vector_array.shape(0)), id_span.size());
  if (loudness_lufs)
    check_count("loudness_lufs", loudness_lufs->size(), id_span.size());
  if (artists)
    check_count("artists", artists->size(), id_span.size());
  std::vector<PlaylistTrack> tracks(id_span.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    tracks[i] = {.id = id_span[i],
                 .vector = values.subspan(i * dim, dim),
                 .loudness_lufs = loudness_lufs ? (*loudness_lufs)[i] : std::numeric_limits<double>::quiet_NaN(),
                 .artist = artists ? (*artists)[i] : std::string()};
  }
  const PlaylistOptions options{
      .start_id = start_id, .length = length, .loudness_weight = loudness_weight, .artist_gap = artist_gap};
  const py::gil_scoped_release release;
  return order_playlist(tracks, options);
}

}  // namespace

void bind_playlist(py::module_& module) {
  py::class_<PlaylistStep>(module, "PlaylistStep", "One track of an order, with the cost of the step to it and why.")
      .def_readonly("id", &PlaylistStep::id)
      .def_readonly("cost", &PlaylistStep::cost)
      .def_readonly("reason", &PlaylistStep::reason)
      .def("__repr__", [](const PlaylistStep& self) {
        return "PlaylistStep(id=" + std::to_string(self.id) + ", reason='" + self.reason + "')";
      });
  const PlaylistOptions defaults;
  module.def("order_playlist", &order, py::arg("ids"), py::arg("vectors"), py::kw_only(), py::arg("start_id"),
             py::arg("length") = defaults.length, py::arg("loudness_lufs") = py::none(),
             py::arg("artists") = py::none(), py::arg("loudness_weight") = defaults.loudness_weight,
             py::arg("artist_gap") = defaults.artist_gap,
             "Greedy nearest-next order of candidates. Args: ids (n,), vectors (n, dim) float32 of unit length, "
             "start_id among "
             "the ids, loudness_lufs and artists of n entries (NaN and \"\" when unknown). Raises InvalidArgument.");
}

}  // namespace mess::python
