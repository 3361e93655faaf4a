// SPDX-License-Identifier: MIT
#include "src/neural/tensor/json.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/mapped_file.h"

namespace mess::internal {
namespace {

using Json = nlohmann::json;

// Sees every value before it is kept: refuses what would cost too much, and keys that come twice.
class Guard {
 public:
  Guard(const JsonLimits& limits, const std::string& name) : limits_(limits), name_(name) {}

  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (++num_values_ > limits_.max_values)
      fail("at most " + std::to_string(limits_.max_values) + " values", "more");
    if (event == Event::object_start || event == Event::array_start) {
      keys_.emplace_back();
      if (keys_.size() > limits_.max_depth)
        fail("at most " + std::to_string(limits_.max_depth) + " levels", "more");
    } else if (event == Event::object_end || event == Event::array_end) {
      keys_.pop_back();
    } else if (event == Event::key && !keys_.back().insert(parsed.get<std::string>()).second) {
      fail("each key once", "\"" + parsed.get<std::string>() + "\" twice");
    }
    return true;
  }

 private:
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw ModelError("[neural] " + name_ + ": expected " + expected + ", found " + found);
  }

  const JsonLimits& limits_;
  const std::string& name_;
  std::vector<std::set<std::string>> keys_;
  std::size_t num_values_ = 0;
};

std::int64_t checked_integer(const Json& value, bool& is_good) {
  is_good = value.is_number_integer() &&
            (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  return is_good ? value.get<std::int64_t>() : 0;
}

}  // namespace

JsonObject::JsonObject(std::shared_ptr<const Json> value, std::string name)
    : value_(std::move(value)), name_(std::move(name)) {}

JsonObject JsonObject::parse(std::string_view text, const std::string& name, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    throw ModelError("[neural] " + name + ": expected at most " + std::to_string(limits.max_bytes) +
                     " bytes of JSON, found " + std::to_string(text.size()));
  }
  auto value = std::make_shared<Json>();
  Guard guard(limits, name);
  try {
    *value = Json::parse(text.begin(), text.end(), std::ref(guard));
  } catch (const Json::exception& error) {
    throw ModelError("[neural] " + name + ": expected JSON, found: " + error.what());
  }
  if (!value->is_object())
    throw ModelError("[neural] " + name + ": expected a JSON object, found " + value->type_name());
  return {std::move(value), name};
}

JsonObject JsonObject::read(const std::filesystem::path& file, const JsonLimits& limits) {
  const MappedFile mapping(file);
  const auto bytes = mapping.bytes();
  return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string(), limits);
}

const Json* JsonObject::find(const std::string& key) const {
  const auto found = value_->find(key);
  return found == value_->end() || found->is_null() ? nullptr : &*found;
}

void JsonObject::fail(const std::string& key, const char* expected, const Json* found) const {
  throw ModelError("[neural] " + name_ + ": \"" + key + "\": expected " + expected + ", found " +
                   (found != nullptr ? found->type_name() : "nothing"));
}

std::vector<std::string> JsonObject::keys() const {
  std::vector<std::string> keys;
  for (const auto& item : value_->items())
    keys.push_back(item.key());
  return keys;
}

bool JsonObject::contains(const std::string& key) const { return find(key) != nullptr; }

std::int64_t JsonObject::integer(const std::string& key, std::optional<std::int64_t> fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  bool is_good = value != nullptr;
  const std::int64_t integer = is_good ? checked_integer(*value, is_good) : 0;
  if (!is_good)
    fail(key, "an integer", value);
  return integer;
}

double JsonObject::number(const std::string& key, std::optional<double> fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  if (value == nullptr || !value->is_number())
    fail(key, "a number", value);
  return value->get<double>();
}

bool JsonObject::boolean(const std::string& key, std::optional<bool> fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  if (value == nullptr || !value->is_boolean())
    fail(key, "true or false", value);
  return value->get<bool>();
}

std::string JsonObject::text(const std::string& key, const std::optional<std::string>& fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  if (value == nullptr || !value->is_string())
    fail(key, "a string", value);
  return value->get<std::string>();
}

std::vector<std::int64_t> JsonObject::integers(const std::string& key,
                                               const std::optional<std::vector<std::int64_t>>& fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  if (value == nullptr || !value->is_array())
    fail(key, "an array of integers", value);
  std::vector<std::int64_t> integers;
  for (const Json& item : *value) {
    bool is_good = true;
    integers.push_back(checked_integer(item, is_good));
    if (!is_good)
      fail(key, "an array of integers", &item);
  }
  return integers;
}

std::vector<std::string> JsonObject::texts(const std::string& key,
                                           const std::optional<std::vector<std::string>>& fallback) const {
  const Json* value = find(key);
  if (value == nullptr && fallback)
    return *fallback;
  if (value == nullptr || !value->is_array())
    fail(key, "an array of strings", value);
  std::vector<std::string> texts;
  for (const Json& item : *value) {
    if (!item.is_string())
      fail(key, "an array of strings", &item);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

JsonObject JsonObject::object(const std::string& key) const {
  const Json* value = find(key);
  if (value == nullptr || !value->is_object())
    fail(key, "an object", value);
  return {std::shared_ptr<const Json>(value_, value), name_ + ": \"" + key + "\""};
}

std::string json_quoted(const std::string& text) {
  try {
    return Json(text).dump();
  } catch (const Json::exception& error) {
    throw ModelError("[neural] name: expected UTF-8, found: " + std::string(error.what()));
  }
}

}  // namespace mess::internal
