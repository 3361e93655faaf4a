// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "src/neural/tensor/json.h"

namespace mess::internal {

/// A folder as the hub's libraries write it: config.json, weights, and files beside them.
struct ModelFolder {
  std::filesystem::path path;
  JsonObject config;
  std::string model_type;  // of config.json: "bert", "clap", "mert_model", ...
  std::string name;        // `wanted_name`, or the folder's own
  std::string license;     // from the front matter of README.md; empty when it says none

  /// @throws ModelError  no config.json, or one without model_type
  static ModelFolder open(const std::filesystem::path& path, const std::string& wanted_name);
};

}  // namespace mess::internal
