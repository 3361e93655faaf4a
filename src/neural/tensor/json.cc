// SPDX-License-Identifier: MIT
#include "src/neural/tensor/json.h"

#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/mapped_file.h"

namespace mess::internal {
JsonObject::JsonObject(std::shared_ptr<const JsonValue> value, std::string name)
    : value_(std::move(value)), name_(std::move(name)) {}

JsonObject JsonObject::parse(std::string_view text, const std::string& name, const JsonLimits& limits) {
  auto value = std::make_shared<JsonValue>(parse_json(text, name, limits));
  if (!std::holds_alternative<JsonValue::Members>(value->value))
    throw ModelError("[neural] " + name + ": expected a JSON object, found " + value->type_name());
  return {std::move(value), name};
}

JsonObject JsonObject::read(const std::filesystem::path& file, const JsonLimits& limits) {
  const MappedFile mapping(file);
  const auto bytes = mapping.bytes();
  return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string(), limits);
}

const JsonValue* JsonObject::find(const std::string& key) const {
  const JsonValue* found = value_->find(key);
  return found == nullptr || std::holds_alternative<std::nullptr_t>(found->value) ? nullptr : found;
}

void JsonObject::fail(const std::string& key, const char* expected, const JsonValue* found) const {
  throw ModelError("[neural] " + name_ + ": \"" + key + "\": expected " + expected + ", found " +
                   (found != nullptr ? found->type_name() : "nothing"));
}

std::vector<std::string> JsonObject::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : std::get<JsonValue::Members>(value_->value))
    keys.push_back(key);
  return keys;
}

bool JsonObject::contains(const std::string& key) const { return find(key) != nullptr; }

template <typename T>
T JsonObject::get(const std::string& key, const char* expected, const std::optional<T>& fallback) const {
  const JsonValue* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  const T* found = value == nullptr ? nullptr : std::get_if<T>(&value->value);
  if (found == nullptr)
    fail(key, expected, value);
  return *found;
}

template <typename T>
std::vector<T> JsonObject::get_list(const std::string& key, const char* expected,
                                    const std::optional<std::vector<T>>& fallback) const {
  const JsonValue* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  const auto* items = value == nullptr ? nullptr : std::get_if<JsonValue::Array>(&value->value);
  if (items == nullptr)
    fail(key, expected, value);
  std::vector<T> list;
  for (const JsonValue& item : *items) {
    const T* found = std::get_if<T>(&item.value);
    if (found == nullptr)
      fail(key, expected, &item);
    list.push_back(*found);
  }
  return list;
}

std::int64_t JsonObject::integer(const std::string& key, std::optional<std::int64_t> fallback) const {
  return get(key, "an integer", fallback);
}

double JsonObject::number(const std::string& key, std::optional<double> fallback) const {
  const JsonValue* value = find(key);
  const std::int64_t* integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->value);
  return integer == nullptr ? get(key, "a number", fallback) : static_cast<double>(*integer);
}

bool JsonObject::boolean(const std::string& key, std::optional<bool> fallback) const {
  return get(key, "true or false", fallback);
}

std::string JsonObject::text(const std::string& key, const std::optional<std::string>& fallback) const {
  return get(key, "a string", fallback);
}

std::vector<std::int64_t> JsonObject::integers(const std::string& key,
                                               const std::optional<std::vector<std::int64_t>>& fallback) const {
  return get_list(key, "an array of integers", fallback);
}

std::vector<std::string> JsonObject::texts(const std::string& key,
                                           const std::optional<std::vector<std::string>>& fallback) const {
  return get_list(key, "an array of strings", fallback);
}

JsonObject JsonObject::object(const std::string& key) const {
  const JsonValue* value = find(key);
  if (value == nullptr || !std::holds_alternative<JsonValue::Members>(value->value))
    fail(key, "an object", value);
  return {std::shared_ptr<const JsonValue>(value_, value), name_ + ": \"" + key + "\""};
}

std::string json_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(std::string_view(text).substr(i));
    if (length == 0)
      throw ModelError("[neural] name: expected UTF-8, found other bytes at " + std::to_string(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      quoted.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
    } else {
      if (byte == '"' || byte == '\\')
        quoted.push_back('\\');
      quoted.append(text, i, length);
    }
    i += length;
  }
  return quoted + "\"";
}

}  // namespace mess::internal
