// SPDX-License-Identifier: MIT
#include "src/neural/layers/placement.h"

#include <ATen/Context.h>

#include "mess/error.h"

namespace mess::internal {
namespace {

at::Device choose_device(const std::string& device) {
  const bool has_cuda = at::globalContext().hasCUDA();
  if (device == "cpu" || (device == "auto" && !has_cuda))
    return at::kCPU;
  if (!has_cuda)
    throw InvalidArgument("[neural] device: expected cpu or auto where torch sees no GPU, found " + device);
  const int num_devices{
      at::detail::getCUDAHooks().deviceCount()};  // NOLINT(bugprone-signed-char-misuse): a small number
  const std::string number = device.starts_with("cuda:") ? device.substr(5) : "0";
  const int index = number.size() > 3 ? num_devices : std::stoi(number);
  if (index >= num_devices) {
    throw InvalidArgument("[neural] device: expected one of " + std::to_string(num_devices) + " GPUs, found " + device);
  }
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

}  // namespace

Placement choose_placement(const std::string& device, const std::string& precision) {
  if (precision != "float32" && precision != "bfloat16")
    throw InvalidArgument("[neural] precision: expected float32 or bfloat16, found \"" + precision + "\"");
  return {.device = choose_device(device), .dtype = precision == "float32" ? at::kFloat : at::kBFloat16};
}

}  // namespace mess::internal
