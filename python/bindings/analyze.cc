// SPDX-License-Identifier: MIT
#include "mess/analyze.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "python/bindings/numpy_interop.h"

namespace mess::python {

void bind_analyze(py::module_& module) {
  py::class_<Loudness>(module, "Loudness", "Loudness of a track.")
      .def_readonly("integrated_lufs", &Loudness::integrated_lufs, "ITU-R BS.1770-4, gated; None when all is below -70 LUFS.")
      .def_readonly("peak_dbfs", &Loudness::peak_dbfs, "Largest sample; -inf for digital silence.");
  py::class_<SoundingRange>(module, "SoundingRange", "First and last moment above -60 dBFS.")
      .def_readonly("start_seconds", &SoundingRange::start_seconds)
      .def_readonly("end_seconds", &SoundingRange::end_seconds);
  py::class_<TempoCandidate>(module, "TempoCandidate", "The pulse at one metrical level.")
      .def_readonly("bpm", &TempoCandidate::bpm)
      .def_readonly("strength", &TempoCandidate::strength, "0 to 1; a track's candidates sum to 1.");
  py::class_<Tempo>(module, "Tempo", "Beats per minute, or nothing where nothing repeats.")
      .def_readonly("bpm", &Tempo::bpm, "Mean over the track; None when unknown.")
      .def_readonly("confidence", &Tempo::confidence, "0 to 1: how regularly onsets repeat.")
      .def_readonly("candidates", &Tempo::candidates, "Strongest first.");
  py::class_<Beats>(module, "Beats", "Where a foot would tap.")
      .def_readonly("beats_seconds", &Beats::beats_seconds, "Ascending.")
      .def_readonly("downbeats_seconds", &Beats::downbeats_seconds, "Beats that begin a bar.")
      .def_readonly("beats_per_bar", &Beats::beats_per_bar, "2 to 7; None when no bar length stands out.")
      .def_readonly("downbeat_confidence", &Beats::downbeat_confidence, "0 to 1.");
  py::class_<MusicalKey>(module, "MusicalKey", "A tonic and a mode.")
      .def_readonly("tonic_pitch_class", &MusicalKey::tonic_pitch_class, "0 = C to 11 = B.")
      .def_readonly("is_minor", &MusicalKey::is_minor)
      .def_readonly("name", &MusicalKey::name, "As in \"F# minor\".");
  py::class_<KeySegment>(module, "KeySegment", "The key of a part of a track.")
      .def_readonly("start_seconds", &KeySegment::start_seconds)
      .def_readonly("end_seconds", &KeySegment::end_seconds)
      .def_readonly("key", &KeySegment::key)
      .def_readonly("confidence", &KeySegment::confidence, "0 to 1.");
  py::class_<KeyEstimate>(module, "KeyEstimate", "The key of a track, or nothing where there is none.")
      .def_readonly("key", &KeyEstimate::key, "None when unknown.")
      .def_readonly("confidence", &KeyEstimate::confidence, "0 to 1.")
      .def_readonly("runner_up", &KeyEstimate::runner_up)
      .def_readonly("tuning_cents", &KeyEstimate::tuning_cents, "Against A = 440 Hz, -50 to 50.")
      .def_readonly("segments", &KeyEstimate::segments, "About 20 s each, neighbours of the same key joined.");
  py::class_<Analysis>(module, "Analysis", "Measurements of a track that belong to transitions.")
      .def_readonly("duration_seconds", &Analysis::duration_seconds)
      .def_readonly("loudness", &Analysis::loudness)
      .def_readonly("sounding", &Analysis::sounding)
      .def_readonly("is_silent", &Analysis::is_silent)
      .def_readonly("tempo", &Analysis::tempo)
      .def_readonly("beats", &Analysis::beats)
      .def_readonly("key", &Analysis::key);
  module.def(
      "analyze",
      [](const PyAudioBuffer& audio) {
        const AudioView view = audio.view();
        const py::gil_scoped_release release;
        return analyze(view);
      },
      py::arg("audio"), "Measures loudness and the sounding range at the audio's own rate and channels.");
  py::class_<FileAnalysis>(module, "FileAnalysis", "The analysis of a file, and what decoding it met.")
      .def_readonly("analysis", &FileAnalysis::analysis)
      .def_readonly("summary", &FileAnalysis::summary);
  module.def(
      "analyze_file",
      [](const py::object& source, const std::optional<DecodeLimits>& limits) {
        const SourceArgument argument(source);
        DecodeOptions options;
        if (limits) options.limits = *limits;
        const py::gil_scoped_release release;
        return analyze_file(argument.get(), options);
      },
      py::arg("source"), py::kw_only(), py::arg("limits") = py::none(),
      "Analyzes a file (path or bytes) of any length in bounded memory. Raises DecodeError.");
}

}  // namespace mess::python
