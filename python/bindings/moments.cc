// SPDX-License-Identifier: MIT
#include "mess/moments.h"

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

Frames copy_of(const PyFrames& frames) {
  const FramesView view = frames.view();
  return {.values = {view.values.begin(), view.values.end()},
          .num_frames = view.num_frames,
          .dim = view.dim,
          .hop_seconds = view.hop_seconds,
          .window_seconds = view.window_seconds,
          .encoder_id = view.encoder_id};
}

std::string seconds_text(double seconds) {
  std::string text = std::to_string(seconds);
  return text.substr(0, text.find('.') + 3);
}

std::string describe(const Alignment& self) {
  return seconds_text(self.start_seconds) + " to " + seconds_text(self.end_seconds) + " s, score " +
         seconds_text(self.score) + (self.is_same_recording ? ", the same recording" : "");
}

void bind_passage(py::module_& module) {
  py::class_<Passage>(module, "Passage", "What to look for: the frames of a clip, at several phases of the hop.")
      .def_static(
          "from_frames", [](const PyFrames& frames) { return Passage::from_frames(copy_of(frames)); },
          py::arg("frames"), "One phase: frames as they are, such as a part of a stored track.")
      .def_readonly("duration_seconds", &Passage::duration_seconds)
      .def_property_readonly("num_phases", [](const Passage& self) { return self.phases.size(); })
      .def_property_readonly(
          "encoder_id",
          [](const Passage& self) { return self.phases.empty() ? EncoderId{} : self.phases[0].encoder_id; })
      .def("__repr__", [](const Passage& self) {
        return "Passage(" + seconds_text(self.duration_seconds) + " s, " + std::to_string(self.phases.size()) +
               " phases)";
      });
  module.def(
      "encode_passage",
      [](const Encoder& encoder, const PyAudioBuffer& audio, std::size_t num_phases) {
        const AudioView view = audio.view();
        const py::gil_scoped_release release;
        return encode_passage(encoder, view, num_phases);
      },
      py::arg("encoder"), py::arg("audio"), py::kw_only(), py::arg("num_phases") = 16,
      "Encode a clip to look for; num_phases times, each from audio that begins a part of a hop later. Raises "
      "InvalidArgument.");
}

void bind_scale(py::module_& module) {
  py::class_<FrameScale>(module, "FrameScale", "Mean and deviation of each dimension of frames.")
      .def(py::init([](const py::object& mean, const py::object& deviation) {
             const FloatArray means = require_float32(mean, "[moments] mean", 1, 1);
             const FloatArray deviations = require_float32(deviation, "[moments] deviation", 1, 1);
             return FrameScale{{as_span(means).begin(), as_span(means).end()},
                               {as_span(deviations).begin(), as_span(deviations).end()}};
           }),
           py::arg("mean"), py::arg("deviation"))
      .def_property_readonly("mean",
                             [](const FrameScale& self) {
                               std::vector<float> copy = self.mean;
                               const auto size = static_cast<py::ssize_t>(copy.size());
                               return to_array(std::move(copy), {size});
                             })
      .def_property_readonly("deviation", [](const FrameScale& self) {
        std::vector<float> copy = self.deviation;
        const auto size = static_cast<py::ssize_t>(copy.size());
        return to_array(std::move(copy), {size});
      });
  module.def(
      "fit_frame_scale",
      [](const std::vector<PyFrames>& frames) {
        std::vector<FramesView> views;
        views.reserve(frames.size());
        for (const PyFrames& one : frames)
          views.push_back(one.view());
        return fit_frame_scale(views);
      },
      py::arg("frames"), "Mean and deviation over all frames of a list of Frames. Raises InvalidArgument.");
}

void bind_alignment(py::module_& module) {
  py::class_<Alignment>(module, "Alignment", "A place in a track where a passage is heard.")
      .def_readonly("start_seconds", &Alignment::start_seconds, "In the track.")
      .def_readonly("end_seconds", &Alignment::end_seconds)
      .def_readonly("query_start_seconds", &Alignment::query_start_seconds,
                    "Where in the passage that is: above 0 when the track begins within it.")
      .def_readonly("tempo_ratio", &Alignment::tempo_ratio, "Above 1: the track plays it faster.")
      .def_readonly("score", &Alignment::score, "1 is the same, about 0 has nothing in common.")
      .def_readonly("agreement", &Alignment::agreement, "Whether it also changes alike over time, -1 to 1.")
      .def_readonly("is_same_recording", &Alignment::is_same_recording)
      .def("__repr__", [](const Alignment& self) { return "Alignment(" + describe(self) + ")"; });
  py::class_<Moment>(module, "Moment", "A place in one of the tracks of an index.")
      .def_readonly("track_id", &Moment::track_id)
      .def_readonly("alignment", &Moment::alignment)
      .def("__repr__", [](const Moment& self) {
        return "Moment(track " + std::to_string(self.track_id) + ", " + describe(self.alignment) + ")";
      });
  const AlignOptions defaults;
  module.def(
      "align_frames",
      [](const Passage& passage, const PyFrames& track, std::size_t max_results, bool any_tempo,
         double min_separation_seconds, const std::optional<FrameScale>& scale) {
        const FramesView view = track.view();
        const py::gil_scoped_release release;
        return align_frames(passage, view,
                            {.max_results = max_results,
                             .any_tempo = any_tempo,
                             .min_separation_seconds = min_separation_seconds,
                             .scale = scale ? &*scale : nullptr});
      },
      py::arg("passage"), py::arg("track"), py::kw_only(), py::arg("max_results") = defaults.max_results,
      py::arg("any_tempo") = defaults.any_tempo, py::arg("min_separation_seconds") = defaults.min_separation_seconds,
      py::arg("scale") = py::none(),
      "The places in the Frames of a track that are most like a passage, best first; any_tempo: half to twice the "
      "tempo "
      "too, by dynamic time warping. Raises InvalidArgument.");
}

using PyFrameReader = std::function<PyFrames(std::int64_t, double, double)>;

std::vector<Moment> find_in_index(const MomentIndex& self, const Passage& passage, const PyFrameReader& read,
                                  std::size_t k, std::size_t max_per_track, std::size_t num_proposals, bool any_tempo,
                                  const std::optional<std::tuple<std::int64_t, double, double>>& own) {
  FindMomentOptions options{
      .k = k, .max_per_track = max_per_track, .num_proposals = num_proposals, .any_tempo = any_tempo};
  if (own)
    options.own = OwnPassage{std::get<0>(*own), std::get<1>(*own), std::get<2>(*own)};
  const py::gil_scoped_release release;
  return self.find(
      passage,
      [&read](std::int64_t track_id, double begin_seconds, double end_seconds) {
        const py::gil_scoped_acquire acquire;
        return copy_of(read(track_id, begin_seconds, end_seconds));
      },
      options);
}

void bind_moment_index(py::module_& module) {
  const MomentIndexOptions index_defaults;
  const FindMomentOptions find_defaults;
  py::class_<MomentIndex>(module, "MomentIndex",
                          "Windows of tracks propose where a passage may be, their frames decide. Thread-safe.")
      .def(py::init([](double window_seconds, double hop_seconds, const std::string& index_spec,
                       const std::optional<FrameScale>& scale) {
             return MomentIndex({.windows = {.window_seconds = window_seconds, .hop_seconds = hop_seconds},
                                 .index_spec = index_spec,
                                 .scale = scale.value_or(FrameScale{})});
           }),
           py::kw_only(), py::arg("window_seconds") = index_defaults.windows.window_seconds,
           py::arg("hop_seconds") = index_defaults.windows.hop_seconds,
           py::arg("index_spec") = index_defaults.index_spec, py::arg("scale") = py::none())
      .def_property_readonly("num_tracks", &MomentIndex::num_tracks)
      .def_property_readonly("num_windows", &MomentIndex::num_windows)
      .def_property_readonly("track_ids", &MomentIndex::track_ids, "Ascending.")
      .def_property_readonly("encoder_id", &MomentIndex::encoder_id)
      .def(
          "add",
          [](MomentIndex& self, std::int64_t track_id, const PyFrames& frames) {
            const FramesView view = frames.view();
            const py::gil_scoped_release release;
            self.add(track_id, view);
          },
          py::arg("track_id"), py::arg("frames"),
          "Add a track's windows, or replace them. Raises InvalidArgument: frames of another encoder, not finite.")
      .def(
          "remove",
          [](MomentIndex& self, const std::vector<std::int64_t>& track_ids) { return self.remove(track_ids); },
          py::arg("track_ids"), "Return how many were present.")
      .def("find", &find_in_index, py::arg("passage"), py::arg("read"), py::kw_only(), py::arg("k") = find_defaults.k,
           py::arg("max_per_track") = find_defaults.max_per_track,
           py::arg("num_proposals") = find_defaults.num_proposals, py::arg("any_tempo") = find_defaults.any_tempo,
           py::arg("own") = py::none(),
           "The moments most like a passage, best first. `read(track_id, begin_seconds, end_seconds)` gives Frames, as "
           "FrameStore.read does; num_proposals 0 aligns with every track; results that overlap `own` (track_id, "
           "start_seconds, end_seconds) are left out. Raises InvalidArgument.")
      .def(
          "save",
          [](const MomentIndex& self, const py::object& path) {
            const std::string name = path_from(path);
            const py::gil_scoped_release release;
            self.save(name);
          },
          py::arg("path"), "Write one checked file beside the old one and rename it.")
      .def_static(
          "load",
          [](const py::object& path) {
            const std::string name = path_from(path);
            const py::gil_scoped_release release;
            return MomentIndex::load(name);
          },
          py::arg("path"), "Raises FormatError.");
}

}  // namespace

void bind_moments(py::module_& module) {
  bind_passage(module);
  bind_scale(module);
  bind_alignment(module);
  bind_moment_index(module);
}

}  // namespace mess::python
