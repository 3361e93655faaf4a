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

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

void check_count(const char* subject, std::size_t found, std::size_t expected) {
  if (found == expected)
    return;
  throw InvalidArgument(std::string("[playlist] ") + subject + ": expected " + std::to_string(expected) +
                        " like the ids, found " + std::to_string(found));
}

// What is known of candidates, from keyword arguments: a column each, or nothing.
class TrackColumns {
 public:
  TrackColumns(const py::object& ids, const py::object& vectors, const py::kwargs& columns)
      : ids_(require_ids(ids, "[playlist] ids")),
        vectors_(require_float32(vectors, "[playlist] vectors", 2, 2)),
        tracks_(static_cast<std::size_t>(ids_.size())) {
    const auto id_span = as_span(ids_);
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      tracks_[i].id = id_span[i];
    set_vectors("vectors", vectors_, &PlaylistTrack::vector);
    for (const auto& [name, values] : columns) {
      if (!values.is_none())
        set(name.cast<std::string>(), py::reinterpret_borrow<py::object>(values));
    }
    apply_keys();
  }

  const std::vector<PlaylistTrack>& tracks() const { return tracks_; }

 private:
  void set(const std::string& name, const py::object& values) {
    if (name == "head_vectors") {
      set_vectors("head_vectors", heads_ = require_float32(values, "[playlist] head_vectors", 2, 2),
                  &PlaylistTrack::head_vector);
    } else if (name == "tail_vectors") {
      set_vectors("tail_vectors", tails_ = require_float32(values, "[playlist] tail_vectors", 2, 2),
                  &PlaylistTrack::tail_vector);
    } else if (name == "artists") {
      set_texts("artists", values, [](PlaylistTrack& track, std::string text) { track.artist = std::move(text); });
    } else if (name == "albums") {
      set_texts("albums", values, [](PlaylistTrack& track, std::string text) { track.album = std::move(text); });
    } else if (name == "keys") {
      key_names_.assign(tracks_.size(), "");
      std::size_t i = 0;
      set_texts("keys", values, [&](PlaylistTrack&, std::string text) { key_names_[i++] = std::move(text); });
    } else {
      set_numbers(name, values);
    }
  }

  void set_numbers(const std::string& name, const py::object& values) {
    const auto numbers = values.cast<std::vector<std::optional<double>>>();
    check_count(name.c_str(), numbers.size(), tracks_.size());
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      *number(name, tracks_[i]) = numbers[i].value_or(kUnknown);
  }

  static double* number(const std::string& name, PlaylistTrack& track) {
    if (name == "loudness_lufs")
      return &track.loudness_lufs;
    if (name == "head_level_dbfs")
      return &track.head_level_dbfs;
    if (name == "tail_level_dbfs")
      return &track.tail_level_dbfs;
    if (name == "intensity")
      return &track.intensity;
    if (name == "tempo_bpm")
      return &track.tempo.bpm;
    if (name == "tempo_confidence")
      return &track.tempo.confidence;
    if (name == "key_confidence")
      return &track.key.confidence;
    if (name == "duration_seconds")
      return &track.duration_seconds;
    if (name == "relevance")
      return &track.relevance;
    throw py::type_error("order_playlist() got an unexpected keyword argument '" + name + "'");
  }

  void set_vectors(const char* name, const FloatArray& rows, std::span<const float> PlaylistTrack::* field) {
    check_count(name, static_cast<std::size_t>(rows.shape(0)), tracks_.size());
    const auto dim = static_cast<std::size_t>(rows.shape(1));
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      tracks_[i].*field = as_span(rows).subspan(i * dim, dim);
  }

  template <typename Set>
  void set_texts(const char* name, const py::object& values, const Set& set_text) {
    auto texts = values.cast<std::vector<std::optional<std::string>>>();
    check_count(name, texts.size(), tracks_.size());
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      set_text(tracks_[i], std::move(texts[i]).value_or(""));
  }

  // Names and confidences come as two columns, in any order.
  void apply_keys() {
    for (std::size_t i = 0; i < key_names_.size(); ++i)
      tracks_[i].key = parse_key(key_names_[i], tracks_[i].key.confidence);
  }

  py::array_t<std::int64_t, py::array::c_style> ids_;
  FloatArray vectors_;
  FloatArray heads_;
  FloatArray tails_;
  std::vector<std::string> key_names_;
  std::vector<PlaylistTrack> tracks_;
};

EnergyArc parse_arc(const std::optional<std::string>& name) {
  if (!name)
    return EnergyArc::kNone;
  if (*name == "flat")
    return EnergyArc::kFlat;
  if (*name == "build")
    return EnergyArc::kBuild;
  if (*name == "peak")
    return EnergyArc::kPeak;
  if (*name == "cool-down")
    return EnergyArc::kCoolDown;
  throw InvalidArgument("[playlist] arc: expected flat, build, peak or cool-down, found \"" + *name + "\"");
}

// Takes the options out of the keyword arguments; what is left are columns.
PlaylistOptions take_options(py::kwargs& arguments) {
  PlaylistOptions options;
  const auto take = [&](const char* name, auto& field) {
    if (!arguments.contains(name))
      return;
    const py::object value = arguments.attr("pop")(name);
    if (!value.is_none())
      field = value.cast<std::remove_reference_t<decltype(field)>>();
  };
  take("length", options.length);
  take("total_seconds", options.total_seconds);
  take("first_id", options.first_id);
  take("last_id", options.last_id);
  take("required_ids", options.required_ids);
  take("artist_gap", options.artist_gap);
  take("album_gap", options.album_gap);
  take("max_per_artist", options.max_per_artist);
  take("max_per_album", options.max_per_album);
  take("is_path", options.is_path);
  take("weights", options.weights);
  take("seed", options.seed);
  take("max_iterations", options.max_iterations);
  take("time_limit_seconds", options.time_limit_seconds);
  std::optional<std::string> arc;
  take("arc", arc);
  options.arc = parse_arc(arc);
  return options;
}

void bind_results(py::module_& module) {
  py::class_<FlowReasons>(module, "FlowReasons", "What the cost of a step is made of; the parts add up to it.")
      .def_readonly("cosine", &FlowReasons::cosine, "Of the tail before and this head.")
      .def_readonly("tempo_ratio", &FlowReasons::tempo_ratio, "Octave-aware; None when a tempo is unknown.")
      .def_readonly("key_relation", &FlowReasons::key_relation, "\"fifth up\"; empty when a key is unknown.")
      .def_readonly("loudness_lu", &FlowReasons::loudness_lu, "Above 0: this one is louder. None when unknown.")
      .def_readonly("level_db", &FlowReasons::level_db, "How it begins against how the one before ends.")
      .def_readonly("timbre_cost", &FlowReasons::timbre_cost)
      .def_readonly("tempo_cost", &FlowReasons::tempo_cost)
      .def_readonly("key_cost", &FlowReasons::key_cost)
      .def_readonly("loudness_cost", &FlowReasons::loudness_cost)
      .def_readonly("level_cost", &FlowReasons::level_cost);
  py::class_<PlaylistStep>(module, "PlaylistStep", "One track of an order, with the cost of the step to it and why.")
      .def_readonly("id", &PlaylistStep::id)
      .def_readonly("cost", &PlaylistStep::cost)
      .def_readonly("reasons", &PlaylistStep::reasons)
      .def_readonly("text", &PlaylistStep::text)
      .def("__repr__", [](const PlaylistStep& self) {
        return "PlaylistStep(id=" + std::to_string(self.id) + ", text='" + self.text + "')";
      });
  py::class_<FlowSummary>(module, "FlowSummary", "Costs of the steps of one order.")
      .def_readonly("mean", &FlowSummary::mean)
      .def_readonly("p95", &FlowSummary::p95)
      .def_readonly("worst", &FlowSummary::worst);
  py::class_<PlaylistOrder>(module, "PlaylistOrder", "Which tracks, in which order, and how well they flow.")
      .def_readonly("steps", &PlaylistOrder::steps)
      .def_readonly("flow", &PlaylistOrder::flow)
      .def_readonly("shuffled", &PlaylistOrder::shuffled, "The same tracks at random, the mean of 32 shuffles.")
      .def_readonly("greedy", &PlaylistOrder::greedy, "The same tracks, each time to the nearest left.")
      .def_readonly("total_cost", &PlaylistOrder::total_cost)
      .def_readonly("gap_shortfall", &PlaylistOrder::gap_shortfall)
      .def_readonly("is_optimal", &PlaylistOrder::is_optimal)
      .def_readonly("stopped_by_time", &PlaylistOrder::stopped_by_time)
      .def_readonly("num_iterations", &PlaylistOrder::num_iterations);
}

void bind_weights(py::module_& module) {
  const FlowWeights defaults;
  py::class_<FlowWeights>(module, "FlowWeights", "What each part of a playlist's cost weighs; docs/playlist.md.")
      .def(py::init([](double timbre, double tempo, double key, double loudness, double level, double roughness,
                       double relevance, double arc, double path) {
             return FlowWeights{timbre, tempo, key, loudness, level, roughness, relevance, arc, path};
           }),
           py::kw_only(), py::arg("timbre") = defaults.timbre, py::arg("tempo") = defaults.tempo,
           py::arg("key") = defaults.key, py::arg("loudness") = defaults.loudness, py::arg("level") = defaults.level,
           py::arg("roughness") = defaults.roughness, py::arg("relevance") = defaults.relevance,
           py::arg("arc") = defaults.arc, py::arg("path") = defaults.path)
      .def_readonly("timbre", &FlowWeights::timbre)
      .def_readonly("tempo", &FlowWeights::tempo)
      .def_readonly("key", &FlowWeights::key)
      .def_readonly("loudness", &FlowWeights::loudness, "Per LU.")
      .def_readonly("level", &FlowWeights::level, "Per dB.")
      .def_readonly("roughness", &FlowWeights::roughness, "Of the square of a step's cost.")
      .def_readonly("relevance", &FlowWeights::relevance)
      .def_readonly("arc", &FlowWeights::arc)
      .def_readonly("path", &FlowWeights::path);
}

}  // namespace

void bind_playlist(py::module_& module) {
  bind_results(module);
  bind_weights(module);
  module.def(
      "order_playlist",
      [](const py::object& ids, const py::object& vectors, py::KWArgs<py::object> arguments) {
        const PlaylistOptions options = take_options(arguments);
        const TrackColumns columns(ids, vectors, arguments);
        const py::gil_scoped_release release;
        return order_playlist(columns.tracks(), options);
      },
      py::arg("ids"), py::arg("vectors"),
      "Choose among candidates and order them so that the list flows.\n\n"
      "Args: ids (n,) and vectors (n, dim) float32 of unit length; by keyword what else is known, n entries each, None "
      "or NaN where unknown: head_vectors, tail_vectors (n, dim), loudness_lufs, head_level_dbfs, tail_level_dbfs, "
      "intensity, tempo_bpm, tempo_confidence, keys (\"F# minor\"), key_confidence, duration_seconds, relevance, "
      "artists, "
      "albums.\n"
      "Options: length=20, total_seconds, first_id, last_id, required_ids, artist_gap=2, album_gap=0, max_per_artist, "
      "max_per_album, arc (\"flat\", \"build\", \"peak\", \"cool-down\"), is_path, weights (FlowWeights), seed=0, "
      "max_iterations, time_limit_seconds.\n\nRaises InvalidArgument.");
  module.def(
      "describe_order",
      [](const py::object& ids, const py::object& vectors, py::KWArgs<py::object> arguments) {
        const PlaylistOptions options = take_options(arguments);
        const TrackColumns columns(ids, vectors, arguments);
        const py::gil_scoped_release release;
        return describe_order(columns.tracks(), options);
      },
      py::arg("ids"), py::arg("vectors"), "Describe the tracks in the order given; arguments as order_playlist().");
  module.def(
      "edge_levels",
      [](const FloatArray& energy_dbfs, double start_seconds, double end_seconds, double edge_seconds) {
        const EdgeLevels levels = edge_levels(as_span(energy_dbfs), start_seconds, end_seconds, edge_seconds);
        return py::make_tuple(levels.head_dbfs, levels.tail_dbfs);
      },
      py::arg("energy_dbfs"), py::arg("sounding_start_seconds"), py::arg("sounding_end_seconds"), py::kw_only(),
      py::arg("edge_seconds") = 10.0,
      "Mean power (dBFS) of the first and the last seconds that sound: (head, tail), NaN when nothing does.");
  module.def("track_intensity", &track_intensity, py::arg("integrated_lufs"), py::arg("onsets_per_second"),
             py::arg("brightness"), "How much a track drives, 0 to 1; NaN when nothing is known (NaN) of it.");
}

}  // namespace mess::python
