// SPDX-License-Identifier: MIT
#include "mess/encode.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

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

void bind_encoder(py::module_& module) {
  py::class_<Encoder>(module, "Encoder", "Turns audio into frames. Immutable: calls may run from several threads.")
      .def_static(
          "open",
          [](const std::string& name, const std::string& device) {
            const py::gil_scoped_release release;
            return make_encoder(name, {.device = device});
          },
          py::arg("name"), py::kw_only(), py::arg("device") = "auto",
          "Opens an encoder by name; loads the neural ones on demand. Raises ModelError.")
      .def_property_readonly("id", &Encoder::id)
      .def_property_readonly("dim", &Encoder::dim)
      .def_property_readonly("sample_rate_hz", [](const Encoder& self) { return self.input_format().sample_rate_hz; })
      .def_property_readonly("num_channels", [](const Encoder& self) { return self.input_format().num_channels; })
      .def_property_readonly("track_vector_groups", &Encoder::track_vector_groups,
                             "The parts of a track vector, in order; empty when the encoder makes none.")
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
  bind_encoder(module);
  module.def("encoder_names", &encoder_names, "Names Encoder.open() knows right now, sorted.");
  module.def("load_neural", &load_neural, py::call_guard<py::gil_scoped_release>(),
             "Loads libmess_neural; False when it is not installed (see neural_status()).");
  module.def("neural_status", &neural_status, "\"not loaded\", \"loaded: PATH\", or why it could not be.");
}

}  // namespace mess::python
