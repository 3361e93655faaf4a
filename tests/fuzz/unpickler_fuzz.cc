// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes are a pickle of tensors that lie inside their storages, or a ModelError.
#include <cstdlib>
#include <string>

#include "mess/error.h"
#include "src/neural/tensor/unpickler.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  constexpr mess::internal::PickleLimits kLimits{.max_bytes = 1 << 20, .max_values = 20'000};
  try {
    const auto tensors = mess::internal::unpickle_tensors(std::as_bytes(std::span(bytes, count)), "fuzz", kLimits);
    for (const auto& [name, tensor] : tensors) {
      if (tensor.shape.size() != tensor.strides.size() || tensor.first_element > tensor.storage_elements)
        std::abort();
      const auto num_elements = mess::internal::count_elements(tensor.shape);
      if (!num_elements || *num_elements > tensor.storage_elements)
        std::abort();
    }
  } catch (const mess::ModelError&) {
    // What is not a pickle of tensors is refused: that is the contract.
  }
  return 0;
}
