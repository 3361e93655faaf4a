// SPDX-License-Identifier: MIT
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <span>

#include "mess/checkpoint.h"
#include "mess/clap.h"
#include "mess/neural_info.h"

namespace py = pybind11;

namespace {

using FloatArray = py::array_t<float, py::array::c_style>;

FloatArray clap_spectrogram(const FloatArray& samples) {
  const std::span<const float> span(samples.data(), static_cast<std::size_t>(samples.size()));
  mess::MelDecibels decibels;
  {
    const py::gil_scoped_release release;
    decibels = mess::clap_spectrogram(span);
  }
  FloatArray array({static_cast<py::ssize_t>(decibels.num_frames), static_cast<py::ssize_t>(decibels.num_mels)});
  std::copy(decibels.values.begin(), decibels.values.end(), array.mutable_data());
  return array;
}

}  // namespace

#ifdef MESS_WITH_INDEX
namespace mess::python {
void bind_device_search(py::module_& module);
}
#endif

PYBIND11_MODULE(_neural, module) {
  module.doc() = "Bindings of libmess_neural; loaded on demand.";
  py::class_<mess::NeuralInfo>(module, "NeuralInfo", "What libmess_neural runs on.")
      .def_readonly("torch_version", &mess::NeuralInfo::torch_version)
      .def_readonly("num_cuda_devices", &mess::NeuralInfo::num_cuda_devices);
  py::class_<mess::CheckpointEntry>(module, "CheckpointEntry", "One tensor of a checkpoint.")
      .def_readonly("name", &mess::CheckpointEntry::name)
      .def_readonly("type", &mess::CheckpointEntry::type)
      .def_readonly("shape", &mess::CheckpointEntry::shape);
  module.def("list_checkpoint", &mess::list_checkpoint, py::arg("folder_or_file"),
             py::call_guard<py::gil_scoped_release>(), "The tensors of a folder or file, by name. Raises ModelError.");
  module.def("convert_checkpoint", &mess::convert_checkpoint, py::arg("folder_or_file"), py::arg("safetensors"),
             py::call_guard<py::gil_scoped_release>(), "Writes a checkpoint as safetensors. Raises ModelError.");
  module.def("clap_spectrogram", &clap_spectrogram, py::arg("samples").noconvert(),
             "Mono float32 samples at 48 kHz to (frames, 64) decibels, as CLAP hears them.");
  module.def("clap_random_crop", &mess::clap_random_crop, py::arg("num_samples"), py::kw_only(), py::arg("seed"),
             "First of the 480,000 samples that transformers' feature extractor crops after numpy.random.seed(seed).");
#ifdef MESS_WITH_INDEX
  py::module_::import("mess._core");  // DeviceSearch takes its VectorIndex
  mess::python::bind_device_search(module);
#endif
  module.def("neural_info", &mess::neural_info, "The libtorch in use and its GPUs.");
}
