// SPDX-License-Identifier: MIT
// mess._nn: the models on torch.Tensor, with gradients. Apart from mess._neural because it links torch's Python library.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <torch/csrc/autograd/python_variable.h>
#include <torch/csrc/utils/pybind.h>

#include "src/neural/trainable_model.h"

namespace py = pybind11;

namespace {

using mess::internal::TrainableAudioModel;
using mess::internal::TrainableModel;
using mess::internal::TrainableTextModel;

py::list tensors_of(const TrainableModel& model) {
  py::list listed;
  for (const auto& [name, tensor, trainable] : model.tensors())
    listed.append(py::make_tuple(name, tensor, trainable));
  return listed;
}

}  // namespace

PYBIND11_MODULE(_nn, module) {
  module.doc() = "Trainable models of libmess_neural; import mess.nn instead.";
  py::class_<TrainableModel>(module, "TrainableModel")
      .def("tensors", &tensors_of, "(name, tensor, trainable) of each, named as in a checkpoint.")
      .def("set_tensor", &TrainableModel::set_tensor, py::arg("name"), py::arg("tensor"));
  py::class_<TrainableTextModel, TrainableModel>(module, "TrainableTextModel")
      .def("forward", &TrainableTextModel::forward, py::arg("rows"), py::call_guard<py::gil_scoped_release>());
  py::class_<TrainableAudioModel, TrainableModel>(module, "TrainableAudioModel")
      .def_property_readonly("sample_rate_hz", &TrainableAudioModel::sample_rate_hz)
      .def("forward", &TrainableAudioModel::forward, py::arg("waves"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "open_text",
      [](const std::string& folder, const std::string& device) {
        return mess::internal::open_trainable_text_model(folder, {.device = device});
      },
      py::arg("folder"), py::kw_only(), py::arg("device") = "auto");
  module.def(
      "open_audio",
      [](const std::string& folder, const std::string& device, std::vector<int> layers,
         const std::string& layer_combination) {
        return mess::internal::open_trainable_audio_model(
            folder, {.device = device, .layers = std::move(layers), .layer_combination = layer_combination});
      },
      py::arg("folder"), py::kw_only(), py::arg("device") = "auto", py::arg("layers") = std::vector<int>(),
      py::arg("layer_combination") = "mean");
}
