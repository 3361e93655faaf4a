// SPDX-License-Identifier: MIT
// JSON of model folders: configurations, shard indexes, safetensors headers. Bad input is a ModelError that names the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/neural/tensor/json_value.h"

namespace mess::internal {

/// One object of a JSON document. Cheap to copy; the document lives as long as any of its objects.
class JsonObject {
 public:
  /// @param name  what messages call it: the file
  /// @throws ModelError  not an object, bad syntax, a key twice, beyond a limit
  static JsonObject parse(std::string_view text, const std::string& name, const JsonLimits& limits = {});
  static JsonObject read(const std::filesystem::path& file, const JsonLimits& limits = {});

  const std::string& name() const { return name_; }
  std::vector<std::string> keys() const;
  /// Whether the key is there with a value other than null.
  bool contains(const std::string& key) const;

  // Each throws ModelError when the value has another type, or when it is absent and there is no fallback.
  std::int64_t integer(const std::string& key, std::optional<std::int64_t> fallback = {}) const;
  double number(const std::string& key, std::optional<double> fallback = {}) const;
  bool boolean(const std::string& key, std::optional<bool> fallback = {}) const;
  std::string text(const std::string& key, const std::optional<std::string>& fallback = {}) const;
  std::vector<std::int64_t> integers(const std::string& key,
                                     const std::optional<std::vector<std::int64_t>>& fallback = {}) const;
  std::vector<std::string> texts(const std::string& key,
                                 const std::optional<std::vector<std::string>>& fallback = {}) const;
  JsonObject object(const std::string& key) const;

 private:
  JsonObject(std::shared_ptr<const JsonValue> value, std::string name);
  const JsonValue* find(const std::string& key) const;
  template <typename T>
  T get(const std::string& key, const char* expected, const std::optional<T>& fallback) const;
  template <typename T>
  std::vector<T> get_list(const std::string& key, const char* expected,
                          const std::optional<std::vector<T>>& fallback) const;
  [[noreturn]] void fail(const std::string& key, const char* expected, const JsonValue* found) const;

  std::shared_ptr<const JsonValue> value_;
  std::string name_;
};

/// The text as a JSON string, in quotes. @throws ModelError when it is not UTF-8
std::string json_quoted(const std::string& text);

}  // namespace mess::internal
