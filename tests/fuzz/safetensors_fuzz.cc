// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes are a safetensors file whose tensors lie inside of it, or a ModelError.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "mess/error.h"
#include "src/neural/tensor/safetensors.h"

namespace {

using mess::internal::StoredTensors;

void read(std::span<const std::byte> file) {
  try {
    const StoredTensors tensors = mess::internal::read_safetensors(file, "fuzz");
    for (const auto& [name, tensor] : tensors) {
      if (tensor.offset > file.size() || tensor.num_bytes > file.size() - tensor.offset)
        std::abort();
      const auto count = mess::internal::count_elements(tensor.shape);
      if (!count || (tensor.type && *count * mess::internal::element_bytes(*tensor.type) != tensor.num_bytes))
        std::abort();
    }
  } catch (const mess::ModelError&) {
    // What is not a safetensors file is refused: that is the contract.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto file = std::as_bytes(std::span(bytes, count));
  read(file);
  // The length rarely survives a mutation: with it repaired, the JSON behind it is reached too.
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const std::uint64_t length = text.find('}') == std::string_view::npos ? count : text.rfind('}') + 1;
  std::vector<std::byte> repaired(sizeof length);
  std::memcpy(repaired.data(), &length, sizeof length);
  repaired.insert(repaired.end(), file.begin(), file.end());
  read(repaired);
  return 0;
}
