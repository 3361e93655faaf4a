// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "mess/scales.h"
#include "mess/sections.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

// mess.SpanEmbeddings: one row per span.
struct PySpanEmbeddings {
  FloatArray array;
  std::vector<TimeSpan> spans;
  EncoderId encoder_id;
};

PySpanEmbeddings to_python(SpanEmbeddings&& embeddings) {
  const auto rows = static_cast<py::ssize_t>(embeddings.spans.size());
  const auto columns = static_cast<py::ssize_t>(embeddings.dim);
  return {to_array(std::move(embeddings.values), {rows, columns}), std::move(embeddings.spans),
          std::move(embeddings.encoder_id)};
}

// An optional array of weights, kept alive while this object lives.
class WeightsArgument {
 public:
  explicit WeightsArgument(const py::object& weights)
      : array_(weights.is_none() ? FloatArray(0) : require_float32(weights, "[pool] frame_weights", 1, 1)) {}
  std::span<const float> get() const { return as_span(array_); }

 private:
  FloatArray array_;
};

FloatArray pool_frames(const PyFrames& frames, const std::string& kind, bool l2_normalize, const py::object& weights) {
  const WeightsArgument frame_weights(weights);
  const PoolOptions options{
      .kind = parse_pooling(kind), .l2_normalize = l2_normalize, .frame_weights = frame_weights.get()};
  const FramesView view = frames.view();
  Embedding embedding;
  {
    const py::gil_scoped_release release;
    embedding = pool(view, options);
  }
  const auto size = static_cast<py::ssize_t>(embedding.values.size());
  return to_array(std::move(embedding.values), {size});
}

PySpanEmbeddings pool_frame_spans(const PyFrames& frames, const std::vector<std::pair<double, double>>& spans,
                                  const std::string& kind, bool l2_normalize, const py::object& weights) {
  const WeightsArgument frame_weights(weights);
  const PoolOptions options{
      .kind = parse_pooling(kind), .l2_normalize = l2_normalize, .frame_weights = frame_weights.get()};
  const FramesView view = frames.view();
  std::vector<TimeSpan> times;
  times.reserve(spans.size());
  for (const auto& [start, end] : spans)
    times.push_back({start, end});
  SpanEmbeddings embeddings;
  {
    const py::gil_scoped_release release;
    embeddings = pool_spans(view, times, options);
  }
  return to_python(std::move(embeddings));
}

py::typing::Dict<py::str, PySpanEmbeddings> pool_frame_scales(
    const PyFrames& frames, const std::string& kind, bool l2_normalize, double window_seconds, double hop_seconds,
    double edge_seconds, const std::optional<std::pair<double, double>>& sounding) {
  ScaleOptions options{.pooling = {.kind = parse_pooling(kind), .l2_normalize = l2_normalize},
                       .windows = {.window_seconds = window_seconds, .hop_seconds = hop_seconds},
                       .edge_seconds = edge_seconds};
  if (sounding)
    options.sounding = TimeSpan{sounding->first, sounding->second};
  const FramesView view = frames.view();
  std::vector<NamedEmbeddings> scales;
  {
    const py::gil_scoped_release release;
    scales = pool_scales(view, options);
  }
  py::typing::Dict<py::str, PySpanEmbeddings> named;
  for (NamedEmbeddings& scale : scales)
    named[py::str(scale.name)] = to_python(std::move(scale.embeddings));
  return named;
}

std::vector<std::pair<double, double>> as_pairs(const std::vector<TimeSpan>& spans) {
  std::vector<std::pair<double, double>> pairs;
  pairs.reserve(spans.size());
  for (const TimeSpan& span : spans)
    pairs.emplace_back(span.start_seconds, span.end_seconds);
  return pairs;
}

FloatArray weights_array(std::vector<float>&& weights) {
  const auto size = static_cast<py::ssize_t>(weights.size());
  return to_array(std::move(weights), {size});
}

void bind_span_embeddings(py::module_& module) {
  py::class_<PySpanEmbeddings>(module, "SpanEmbeddings", "One vector for each span of a track: N x D float32.")
      .def_readonly("array", &PySpanEmbeddings::array, "(N, D): no copy.")
      .def_property_readonly(
          "spans", [](const PySpanEmbeddings& self) { return as_pairs(self.spans); }, "Start and end in seconds.")
      .def_readonly("encoder_id", &PySpanEmbeddings::encoder_id)
      .def("__len__", [](const PySpanEmbeddings& self) { return self.spans.size(); })
      .def("__repr__", [](const PySpanEmbeddings& self) {
        return "SpanEmbeddings(" + std::to_string(self.spans.size()) + " of " + self.encoder_id.str() + ")";
      });
}

void bind_sections(py::module_& module) {
  py::class_<Section>(module, "Section", "A part of a track; the same label means that it sounds alike.")
      .def_readonly("start_seconds", &Section::start_seconds)
      .def_readonly("end_seconds", &Section::end_seconds)
      .def_readonly("label", &Section::label)
      .def("__repr__", [](const Section& self) {
        return "Section('" + self.label + "', " + std::to_string(self.start_seconds) + " to " +
               std::to_string(self.end_seconds) + " s)";
      });
  const SectionOptions defaults;
  module.def(
      "find_sections",
      [](const PyFrames& frames, double kernel_seconds, double min_section_seconds, double min_novelty,
         double same_label_cosine) {
        const FramesView view = frames.view();
        const py::gil_scoped_release release;
        return find_sections(view, {.kernel_seconds = kernel_seconds,
                                    .min_section_seconds = min_section_seconds,
                                    .min_novelty = min_novelty,
                                    .same_label_cosine = same_label_cosine});
      },
      py::arg("frames"), py::kw_only(), py::arg("kernel_seconds") = defaults.kernel_seconds,
      py::arg("min_section_seconds") = defaults.min_section_seconds, py::arg("min_novelty") = defaults.min_novelty,
      py::arg("same_label_cosine") = defaults.same_label_cosine,
      "The form of a track: boundaries where the music before and after differs most (Foote, 2000), labels by "
      "likeness. "
      "Raises InvalidArgument.");
}

}  // namespace

void bind_whitening(py::module_& module);

void bind_pool(py::module_& module) {
  bind_span_embeddings(module);
  bind_sections(module);
  bind_whitening(module);
  module.def(
      "pool", &pool_frames, py::arg("frames"), py::kw_only(), py::arg("kind") = "auto", py::arg("l2_normalize") = true,
      py::arg("frame_weights") = py::none(),
      "One vector per track, float32, unit length by default: \"track\" is the encoder's own, \"mean\" (D,), "
      "\"mean_std\" (2 D,), \"max\", \"gem\" and \"median\" (D,); \"auto\" is \"track\" where there is one, "
      "otherwise \"mean_std\". With frame_weights (T,) mean and deviation are weighted. Raises InvalidArgument.");
  module.def(
      "pool_spans", &pool_frame_spans, py::arg("frames"), py::arg("spans"), py::kw_only(), py::arg("kind") = "mean_std",
      py::arg("l2_normalize") = true, py::arg("frame_weights") = py::none(),
      "One vector for each (start_seconds, end_seconds): of the frames whose middle lies in it, or of the nearest "
      "frame. Raises InvalidArgument.");
  const ScaleOptions scale_defaults;
  module.def(
      "pool_scales", &pool_frame_scales, py::arg("frames"), py::kw_only(), py::arg("kind") = "mean_std",
      py::arg("l2_normalize") = true, py::arg("window_seconds") = scale_defaults.windows.window_seconds,
      py::arg("hop_seconds") = scale_defaults.windows.hop_seconds,
      py::arg("edge_seconds") = scale_defaults.edge_seconds, py::arg("sounding") = py::none(),
      "A track at several scales: a dict of SpanEmbeddings \"track\", \"sections\", \"windows\", \"head\" and "
      "\"tail\", the last two of edge_seconds of what sounds (start_seconds, end_seconds). Raises InvalidArgument.");
  module.def(
      "window_spans",
      [](const PyFrames& frames, double window_seconds, double hop_seconds) {
        return as_pairs(window_spans(frames.view(), {.window_seconds = window_seconds, .hop_seconds = hop_seconds}));
      },
      py::arg("frames"), py::kw_only(), py::arg("window_seconds") = 10.0, py::arg("hop_seconds") = 5.0,
      "Windows (start_seconds, end_seconds) that cover the frames, the last one ending with them.");
  module.def(
      "energy_weights",
      [](const PyFrames& frames, const py::object& energy_dbfs) {
        return weights_array(
            energy_weights(frames.view(), as_span(require_float32(energy_dbfs, "[pool] energy_dbfs", 1, 1))));
      },
      py::arg("frames"), py::arg("energy_dbfs"),
      "Weights of the frames (T,) by power, from the level of each second (Analysis.energy_dbfs).");
  module.def(
      "novelty_weights", [](const PyFrames& frames) { return weights_array(novelty_weights(frames.view())); },
      py::arg("frames"),
      "Weights of the frames (T,) by change: softmax of the standardised distance between before and after.");
  module.def(
      "pooled_id",
      [](const Encoder& encoder, const std::string& kind) { return pooled_id(encoder, parse_pooling(kind)); },
      py::arg("encoder"), py::kw_only(), py::arg("kind") = "auto",
      "The id of what pool() makes of this encoder's frames. Raises InvalidArgument for \"track\" where there is "
      "none.");
}

}  // namespace mess::python
