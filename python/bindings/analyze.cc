// SPDX-License-Identifier: MIT
#include "mess/analyze.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

py::array_t<float> to_array(const std::vector<float>& values) {
  return py::array_t<float>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::array_t<float> waveform_array(const Analysis& analysis) {
  py::array_t<float> pieces({static_cast<py::ssize_t>(analysis.waveform.size()), py::ssize_t{2}});
  auto rows = pieces.mutable_unchecked<2>();
  for (py::ssize_t i = 0; i < rows.shape(0); ++i) {
    const WaveformPiece& piece = analysis.waveform[static_cast<std::size_t>(i)];
    rows(i, 0) = piece.lowest;
    rows(i, 1) = piece.highest;
  }
  return pieces;
}

}  // namespace

void bind_analyze(py::module_& module) {
  py::class_<Loudness>(module, "Loudness", "Loudness of a track.")
      .def_readonly("integrated_lufs", &Loudness::integrated_lufs,
                    "ITU-R BS.1770-4, gated; None when all is below -70 LUFS.")
      .def_readonly("range_lu", &Loudness::range_lu, "EBU Tech 3342; None under 3 s or when all is below -70 LUFS.")
      .def_readonly("true_peak_dbtp", &Loudness::true_peak_dbtp, "Largest value between samples, 4 times oversampled.")
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
      .def_property_readonly(
          "name",
          [](const KeyEstimate& estimate) -> std::optional<std::string> {
            return estimate.key ? std::optional(estimate.key->name) : std::nullopt;
          },
          "\"F# minor\", or None when unknown.")
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
      .def_readonly("key", &Analysis::key)
      .def_readonly("fade_out_seconds", &Analysis::fade_out_seconds, "Where a fade-out begins; None for a cold end.")
      .def_property_readonly(
          "energy_dbfs", [](const Analysis& analysis) { return to_array(analysis.energy_dbfs); },
          "float32 [seconds]: RMS of each second, -100 at the least.")
      .def_property_readonly("waveform", &waveform_array,
                             "float32 [pieces, 2]: lowest and highest sample of at most 1,000 equal pieces.")
      .def_readonly("onsets_per_second", &Analysis::onsets_per_second)
      .def_readonly("regularity", &Analysis::regularity, "0 to 1: how well one could dance to it; 0 without a tempo.")
      .def_readonly("brightness", &Analysis::brightness, "0 to 1: centre of the spectrum, 200 Hz to 2,000 Hz.")
      .def_readonly("words", &Analysis::words, "Plain words such as \"slow\" and \"minor\"; see docs/analyze.md.")
      .def_readonly("mood", &Analysis::mood, "\"happy\", \"tense\", \"sad\", \"calm\", or empty when unknown.");
  module.def(
      "analysis_version", [] { return kAnalysisVersion; },
      "The version of the measurements; raised with every change of their numbers.");
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
        if (limits)
          options.limits = *limits;
        const py::gil_scoped_release release;
        return analyze_file(argument.get(), options);
      },
      py::arg("source"), py::kw_only(), py::arg("limits") = py::none(),
      "Analyzes a file (path or bytes) of any length in bounded memory. Raises DecodeError.");
}

}  // namespace mess::python
