// SPDX-License-Identifier: MIT
#include "mess/encode.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>

#include "mess/error.h"
#include "mess/neural.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

DecodeOptions options_with(const std::optional<DecodeLimits>& limits) {
  DecodeOptions options;
  if (limits)
    options.limits = *limits;
  return options;
}

void bind_encoder_id(py::module_& module) {
  py::class_<EncoderId>(module, "EncoderId", "Names what made a vector; vectors of different ids refuse to compare.")
      .def(py::init([](std::string name, int version, std::string pooling) {
             return EncoderId{std::move(name), version, std::move(pooling)};
           }),
           py::arg("name"), py::arg("version"), py::arg("pooling") = "")
      .def_readonly("name", &EncoderId::name)
      .def_readonly("version", &EncoderId::version)
      .def_readonly("pooling", &EncoderId::pooling)
      .def_static("parse", &EncoderId::parse, py::arg("text"), "Inverse of str(). Raises InvalidArgument.")
      .def(
          "with_pooling",
          [](EncoderId self, const std::string& pooling) {
            self.pooling = pooling;
            return self;
          },
          py::arg("pooling"))
      .def("__str__", &EncoderId::str)
      .def("__repr__", [](const EncoderId& self) { return "EncoderId('" + self.str() + "')"; })
      .def(
          "__eq__", [](const EncoderId& self, const EncoderId& other) { return self == other; }, py::is_operator())
      .def("__hash__", [](const EncoderId& self) { return std::hash<std::string>()(self.str()); });
}

void bind_frames(py::module_& module) {
  py::class_<PyFrames>(module, "Frames", "A time series of vectors: T x D float32.")
      .def(py::init([](const py::object& array, double hop_seconds, double window_seconds, const EncoderId& encoder_id,
                       const py::object& track_vector) {
             return PyFrames{
                 require_float32(array, "[encode] frames", 2, 2), hop_seconds, window_seconds, encoder_id,
                 track_vector.is_none() ? FloatArray(0) : require_float32(track_vector, "[encode] track_vector", 1, 1)};
           }),
           py::arg("array"), py::kw_only(), py::arg("hop_seconds"), py::arg("window_seconds"), py::arg("encoder_id"),
           py::arg("track_vector") = py::none())
      .def_readonly("array", &PyFrames::array, "The array itself, (T, D): no copy.")
      .def_readonly("hop_seconds", &PyFrames::hop_seconds)
      .def_readonly("window_seconds", &PyFrames::window_seconds)
      .def_readonly("encoder_id", &PyFrames::encoder_id)
      .def_property_readonly(
          "track_vector",
          [](const PyFrames& self) {
            return self.track_vector.size() > 0 ? std::optional(self.track_vector) : std::nullopt;
          },
          "The encoder's own vector of the whole track, (E,); None when pooling is all there is.")
      .def("__len__", [](const PyFrames& self) { return self.array.shape(0); })
      .def("__repr__", [](const PyFrames& self) {
        return "Frames(" + std::to_string(self.array.shape(0)) + " x " + std::to_string(self.array.shape(1)) + " of " +
               self.encoder_id.str() + ", every " + std::to_string(self.hop_seconds) + " s)";
      });
}

void bind_vector_group(py::module_& module) {
  py::class_<VectorGroup>(module, "VectorGroup", "A run of values of a track vector that tell one thing.")
      .def_readonly("name", &VectorGroup::name)
      .def_readonly("offset", &VectorGroup::offset)
      .def_readonly("size", &VectorGroup::size)
      .def_readonly("weight", &VectorGroup::weight, "Length of the run: its part in a cosine is at most its square.")
      .def("__repr__", [](const VectorGroup& self) {
        return "VectorGroup('" + self.name + "', " + std::to_string(self.offset) + " + " + std::to_string(self.size) +
               ")";
      });
}

void bind_group_similarity(py::module_& module) {
  py::class_<GroupSimilarity>(module, "GroupSimilarity", "One group's part in the cosine of two track vectors.")
      .def_readonly("name", &GroupSimilarity::name)
      .def_readonly("part", &GroupSimilarity::part,
                    "Inner product over the group; the parts of all groups add up to the cosine.")
      .def_readonly("cosine", &GroupSimilarity::cosine, "Within the group alone.")
      .def("__repr__", [](const GroupSimilarity& self) {
        return "GroupSimilarity('" + self.name + "', part " + std::to_string(self.part) + ", cosine " +
               std::to_string(self.cosine) + ")";
      });
}

bool is_builtin(const std::string& name) {
  const std::vector<std::string> names = encoder_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A model's name stands for its folder on this machine, which the Python package knows; it goes on into the ids.
std::string resolve_name(const std::string& name, std::string& id_name) {
  if (is_builtin(name))
    return name;
  const auto resolve = py::module_::import("mess.models.names").attr("resolve_encoder");
  auto [found, registered] = resolve(name).cast<std::pair<std::string, std::string>>();
  if (id_name.empty())
    id_name = std::move(registered);
  return found;
}

void bind_encoder(py::module_& module) {
  py::class_<Encoder>(module, "Encoder", "Turns audio into frames. Immutable: calls may run from several threads.")
      .def_static(
          "open",
          [](const std::string& name, const std::string& device, const std::string& precision, std::string id_name,
             std::vector<int> layers, std::vector<double> layer_weights, const std::string& layer_combination,
             double window_seconds, double hop_seconds, double frame_seconds) {
            const std::string found = resolve_name(name, id_name);
            const EncoderOptions options{.device = device,
                                         .precision = precision,
                                         .id_name = std::move(id_name),
                                         .layers = std::move(layers),
                                         .layer_weights = std::move(layer_weights),
                                         .layer_combination = layer_combination,
                                         .window_seconds = window_seconds,
                                         .hop_seconds = hop_seconds,
                                         .frame_seconds = frame_seconds};
            const py::gil_scoped_release release;
            return make_encoder(found, options);
          },
          py::arg("name"), py::kw_only(), py::arg("device") = "auto", py::arg("precision") = "float32",
          py::arg("id_name") = "", py::arg("layers") = std::vector<int>(),
          py::arg("layer_weights") = std::vector<double>(), py::arg("layer_combination") = "mean",
          py::arg("window_seconds") = 0.0, py::arg("hop_seconds") = 0.0, py::arg("frame_seconds") = 0.0,
          "Opens an encoder by name, or a model's folder; loads the neural library on demand. Raises ModelError.")
      .def_property_readonly("id", &Encoder::id)
      .def_property_readonly("dim", &Encoder::dim)
      .def_property_readonly("sample_rate_hz", [](const Encoder& self) { return self.input_format().sample_rate_hz; })
      .def_property_readonly("num_channels", [](const Encoder& self) { return self.input_format().num_channels; })
      .def_property_readonly("license", &Encoder::license,
                             "Of the weights; empty when there are none or it is unknown.")
      .def_property_readonly("track_vector_groups", &Encoder::track_vector_groups,
                             "The parts of a track vector, in order; empty when the encoder makes none.")
      .def(
          "explain",
          [](const Encoder& self, const py::object& a, const py::object& b) {
            return self.explain(as_span(require_float32(a, "[encode] a", 1, 1)),
                                as_span(require_float32(b, "[encode] b", 1, 1)));
          },
          py::arg("a"), py::arg("b"),
          "How much each group of two track vectors of unit length, (E,), adds to their cosine. Raises "
          "InvalidArgument.")
      .def(
          "encode",
          [](const Encoder& self, const PyAudioBuffer& audio) {
            const AudioView view = audio.view();
            Frames frames;
            {
              const py::gil_scoped_release release;
              frames = self.encode(view);
            }
            return to_python(std::move(frames));
          },
          py::arg("audio"), "Encodes a buffer; other rates and channels are converted first.")
      .def(
          "encode_batch",
          [](const Encoder& self, const std::vector<PyAudioBuffer>& tracks) {
            std::vector<AudioView> views;
            views.reserve(tracks.size());
            for (const PyAudioBuffer& track : tracks)
              views.push_back(track.view());
            std::vector<Frames> encoded;
            {
              const py::gil_scoped_release release;
              encoded = self.encode_batch(views);
            }
            std::vector<PyFrames> converted;
            converted.reserve(encoded.size());
            for (Frames& frames : encoded)
              converted.push_back(to_python(std::move(frames)));
            return converted;
          },
          py::arg("tracks"), "encode() of each; neural encoders take the windows of all of them together.")
      .def(
          "encode_file",
          [](const Encoder& self, const py::object& source, const std::optional<DecodeLimits>& limits) {
            const SourceArgument argument(source);
            Frames frames;
            {
              const py::gil_scoped_release release;
              frames = self.encode_file(argument.get(), options_with(limits));
            }
            return to_python(std::move(frames));
          },
          py::arg("source"), py::kw_only(), py::arg("limits") = py::none(),
          "Encodes a file (path or bytes) of any length in bounded memory. Raises DecodeError.");
}

}  // namespace

void bind_encode(py::module_& module) {
  bind_encoder_id(module);
  bind_frames(module);
  bind_vector_group(module);
  bind_group_similarity(module);
  bind_encoder(module);
  module.def("encoder_names", &encoder_names, "Names Encoder.open() knows right now, sorted.");
  module.def("load_neural", &load_neural, py::call_guard<py::gil_scoped_release>(),
             "Loads libmess_neural; False when it is not installed (see neural_status()).");
  module.def("neural_status", &neural_status, "\"not loaded\", \"loaded: PATH\", or why it could not be.");
}

}  // namespace mess::python
