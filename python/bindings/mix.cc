// SPDX-License-Identifier: MIT
#include "mess/mix.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

MixTrack make_track(const py::object& path, double duration_seconds, double sounding_start_seconds,
                    double sounding_end_seconds, std::optional<double> fade_out_seconds,
                    std::optional<double> loudness_lufs, std::vector<double> beats_seconds,
                    std::vector<double> downbeats_seconds, std::optional<int> beats_per_bar,
                    const std::optional<std::string>& key, double key_confidence, std::string title, std::string artist,
                    std::string album, int track_number) {
  MixTrack track;
  track.path = path_from(path);
  track.duration_seconds = duration_seconds;
  track.sounding_start_seconds = sounding_start_seconds;
  track.sounding_end_seconds = sounding_end_seconds;
  track.fade_out_seconds = fade_out_seconds;
  track.loudness_lufs = loudness_lufs.value_or(std::numeric_limits<double>::quiet_NaN());
  track.beats_seconds = std::move(beats_seconds);
  track.downbeats_seconds = std::move(downbeats_seconds);
  track.beats_per_bar = beats_per_bar;
  track.key = parse_key(key.value_or(""), key_confidence);
  track.title = std::move(title);
  track.artist = std::move(artist);
  track.album = std::move(album);
  track.track_number = track_number;
  return track;
}

const char* tier_name(TransitionTier tier) {
  switch (tier) {
    case TransitionTier::kGapless:
      return "gapless";
    case TransitionTier::kBeatMatch:
      return "beat-match";
    case TransitionTier::kFade:
      return "fade";
    case TransitionTier::kCold:
      break;
  }
  return "cold";
}

SampleFormat sample_format_from(const std::string& name) {
  if (name == "int16")
    return SampleFormat::kInt16;
  if (name == "int24")
    return SampleFormat::kInt24;
  if (name == "float32")
    return SampleFormat::kFloat32;
  throw InvalidArgument("[mix] sample_format: expected int16, int24 or float32, found \"" + name + "\"");
}

// Python's signals are heard between two reports; an exception of the callback stops the mix and is raised again.
std::function<bool(double)> progress_from(const py::object& callback) {
  return [callback](double done) {
    const py::gil_scoped_acquire hold;
    if (PyErr_CheckSignals() != 0)
      throw py::error_already_set();
    if (callback.is_none())
      return true;
    const py::object answer = callback(done);
    return !(py::isinstance<py::bool_>(answer) && !answer.cast<bool>());
  };
}

void bind_plan(py::module_& module) {
  py::class_<MixTrack>(module, "MixTrack", "A file and what its analysis says of it.")
      .def(py::init(&make_track), py::arg("path"), py::kw_only(), py::arg("duration_seconds"),
           py::arg("sounding_start_seconds"), py::arg("sounding_end_seconds"), py::arg("fade_out_seconds") = py::none(),
           py::arg("loudness_lufs") = py::none(), py::arg("beats_seconds") = std::vector<double>(),
           py::arg("downbeats_seconds") = std::vector<double>(), py::arg("beats_per_bar") = py::none(),
           py::arg("key") = py::none(), py::arg("key_confidence") = 1.0, py::arg("title") = "", py::arg("artist") = "",
           py::arg("album") = "", py::arg("track_number") = 0)
      .def_property_readonly("path", [](const MixTrack& self) { return self.path; })
      .def_readonly("title", &MixTrack::title)
      .def_readonly("artist", &MixTrack::artist);
  py::class_<Transition>(module, "Transition", "How one track follows another.")
      .def_property_readonly("tier", [](const Transition& self) { return tier_name(self.tier); },
                             "\"gapless\", \"beat-match\", \"fade\" or \"cold\".")
      .def_readonly("out_seconds", &Transition::out_seconds, "Of the file that leaves, where the overlap begins.")
      .def_readonly("in_seconds", &Transition::in_seconds, "Of the file that comes, where it enters.")
      .def_readonly("overlap_seconds", &Transition::overlap_seconds, "Of the mix; a pause when negative.")
      .def_readonly("bars", &Transition::bars)
      .def_readonly("tempo_ratio", &Transition::tempo_ratio, "Seconds of the file that comes per second of the mix.")
      .def_readonly("return_seconds", &Transition::return_seconds, "Until it is back at its own tempo.")
      .def_readonly("key_relation", &Transition::key_relation)
      .def_readonly("reasons", &Transition::reasons);
  py::class_<MixPiece>(module, "MixPiece", "One track on the timeline of the mix.")
      .def_readonly("track", &MixPiece::track)
      .def_readonly("start_seconds", &MixPiece::start_seconds, "Of the mix.")
      .def_readonly("end_seconds", &MixPiece::end_seconds, "Of the mix.")
      .def_readonly("gain_db", &MixPiece::gain_db)
      .def_readonly("source_start_seconds", &MixPiece::source_start_seconds, "Of the file.")
      .def_readonly("source_end_seconds", &MixPiece::source_end_seconds, "Of the file.")
      .def_readonly("entry", &MixPiece::entry, "None for the first.")
      .def("mix_time", &mix_time, py::arg("source_seconds"),
           "Where a moment of the file is heard, in seconds of the mix.");
  py::class_<MixPlan>(module, "MixPlan", "What a mix will be.")
      .def_readonly("pieces", &MixPlan::pieces)
      .def_readonly("duration_seconds", &MixPlan::duration_seconds)
      .def("cue_sheet", &cue_sheet, py::arg("file_name"), py::kw_only(), py::arg("title") = "");
}

}  // namespace

void bind_mix(py::module_& module) {
  bind_plan(module);
  const MixOptions defaults;
  module.def(
      "plan_mix",
      [](const std::vector<MixTrack>& tracks, double target_lufs, double max_boost_db, int max_bars,
         double fade_seconds, double pause_seconds, bool keeps_albums) {
        return plan_mix(tracks, {target_lufs, max_boost_db, max_bars, fade_seconds, pause_seconds, keeps_albums});
      },
      py::arg("tracks"), py::kw_only(), py::arg("target_lufs") = defaults.target_lufs,
      py::arg("max_boost_db") = defaults.max_boost_db, py::arg("max_bars") = defaults.max_bars,
      py::arg("fade_seconds") = defaults.fade_seconds, py::arg("pause_seconds") = defaults.pause_seconds,
      py::arg("keeps_albums") = defaults.keeps_albums,
      "Plan how each track follows the one before; docs/mix.md has the rules. Raises InvalidArgument.");
  const RenderOptions render;
  module.def(
      "render_mix",
      [](const MixPlan& plan, const py::object& path, int sample_rate_hz, int num_channels, double ceiling_dbtp,
         bool swaps_bass, const std::string& sample_format, int bit_rate_kbps, const std::string& title,
         bool writes_cue_sheet, const py::object& progress) {
        const RenderOptions options{sample_rate_hz, num_channels,  ceiling_dbtp, swaps_bass,       sample_format_from(sample_format),
                                    bit_rate_kbps,  title, writes_cue_sheet, progress_from(progress)};
        const std::string target = path_from(path);
        const py::gil_scoped_release release;
        return render_mix(plan, target, options);
      },
      py::arg("plan"), py::arg("path"), py::kw_only(), py::arg("sample_rate_hz") = render.sample_rate_hz,
      py::arg("num_channels") = render.num_channels, py::arg("ceiling_dbtp") = render.ceiling_dbtp,
      py::arg("swaps_bass") = render.swaps_bass, py::arg("sample_format") = "int16",
      py::arg("bit_rate_kbps") = render.bit_rate_kbps, py::arg("title") = "",
      py::arg("writes_cue_sheet") = render.writes_cue_sheet, py::arg("progress") = py::none(),
      "Render a plan to .flac, .wav, .mp3 or .opus in bounded memory, with a cue sheet beside it. `progress` is called "
      "with 0 to 1; False stops it and leaves no file, and so does an exception. Returns whether it was finished. Raises "
      "DecodeError, InvalidArgument, Error.");
}

}  // namespace mess::python
