// SPDX-License-Identifier: MIT
// One decode pass that feeds an encoder and the analysis.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <vector>

#include "mess/analyze.h"
#include "mess/encode.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

struct Extraction {
  PyFrames frames;
  Analysis analysis;
  DecodeSummary summary;
};

Extraction extract(const py::object& source, const Encoder& encoder, const std::optional<DecodeLimits>& limits) {
  const SourceArgument argument(source);
  DecodeOptions options;
  if (limits)
    options.limits = *limits;
  Frames frames;
  Extraction result;
  {
    const py::gil_scoped_release release;
    const auto session = encoder.start();
    Analyzer analyzer;
    std::vector<AudioSink*> sinks{session.get()};
    sinks.insert(sinks.end(), analyzer.sinks().begin(), analyzer.sinks().end());
    result.summary = decode_into(argument.get(), sinks, options);
    frames = session->finish();
    result.analysis = analyzer.finish();
  }
  result.frames = to_python(std::move(frames));
  return result;
}

}  // namespace

void bind_extract(py::module_& module) {
  py::class_<Extraction>(module, "Extraction", "What one decode pass gave.")
      .def_readonly("frames", &Extraction::frames)
      .def_readonly("analysis", &Extraction::analysis)
      .def_readonly("summary", &Extraction::summary);
  module.def("extract", &extract, py::arg("source"), py::kw_only(), py::arg("encoder"), py::arg("limits") = py::none(),
             "Encodes and analyzes a file (path or bytes) in one decode pass of bounded memory. Raises DecodeError.");
}

}  // namespace mess::python
