// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "src/index/storage.h"

namespace mess::internal {

enum class Structure : std::uint32_t { kFlat = 0, kGraph = 1 };

/// A spec string taken apart.
struct IndexSpec {
  Structure structure = Structure::kFlat;
  bool is_auto = false;
  Storage storage = Storage::kFloat32;
  std::size_t num_links = 32;  // graph
};

/// @throws InvalidArgument
IndexSpec parse_index_spec(const std::string& text);
Metric parse_metric(const std::string& text);
const char* to_string(Storage storage);
const char* to_string(Structure structure);

}  // namespace mess::internal
