// SPDX-License-Identifier: MIT
#include "src/neural/model_folder.h"

#include <fstream>

#include "mess/error.h"

namespace mess::internal {
namespace {

// The card begins with YAML between two lines "---"; one of its lines is "license: apache-2.0".
std::string license_of_card(const std::filesystem::path& card) {
  constexpr int kMaxLines = 500;
  std::ifstream file(card);
  std::string line;
  if (!std::getline(file, line) || !line.starts_with("---"))
    return {};
  const std::string key = "license:";
  for (int i = 0; i < kMaxLines && std::getline(file, line) && !line.starts_with("---"); ++i) {
    if (!line.starts_with(key))
      continue;
    const std::size_t begin = line.find_first_not_of(" \t\"'", key.size());
    const std::size_t end = line.find_last_not_of(" \t\r\"'");
    return begin == std::string::npos ? std::string() : line.substr(begin, end - begin + 1);
  }
  return {};
}

std::string name_of(const std::filesystem::path& folder) {
  const auto absolute = std::filesystem::absolute(folder).lexically_normal();
  return absolute.has_filename() ? absolute.filename().string() : absolute.parent_path().filename().string();
}

}  // namespace

ModelFolder ModelFolder::open(const std::filesystem::path& path, const std::string& wanted_name) {
  const std::filesystem::path file = path / "config.json";
  if (!std::filesystem::is_regular_file(file))
    throw ModelError("[neural] " + path.string() + ": expected a model's folder with config.json, found none");
  JsonObject config = JsonObject::read(file);
  std::string model_type = config.text("model_type");
  return {.path = path,
          .config = std::move(config),
          .model_type = std::move(model_type),
          .name = wanted_name.empty() ? name_of(path) : wanted_name,
          .license = license_of_card(path / "README.md")};
}

}  // namespace mess::internal
