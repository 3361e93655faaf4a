// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "src/index/storage.h"

namespace mess::internal {

enum class Structure : std::uint32_t { kFlat = 0, kGraph = 1, kLists = 2 };

/// A spec string taken apart.
struct IndexSpec {
  Structure structure = Structure::kFlat;
  bool is_auto = false;
  Storage storage = Storage::kFloat32;
  std::size_t num_links = 32;  // graph
  std::size_t num_lists = 0;   // lists; 0: chosen when trained
  std::size_t num_parts = 0;   // lists: bytes per vector; 0: one for eight values
};

/// @throws InvalidArgument
IndexSpec parse_index_spec(const std::string& text);
Metric parse_metric(const std::string& text);
const char* to_string(Storage storage);
const char* to_string(Structure structure);

}  // namespace mess::internal
