// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes are a JSON object whose values can be asked for in every type, or a ModelError.
#include <string>

#include "mess/error.h"
#include "src/neural/tensor/json.h"

namespace {

using mess::internal::JsonObject;

template <typename Question>
void ask(Question question) {
  try {
    question();
  } catch (const mess::ModelError&) {
    // A value of another type is refused: that is the contract.
  }
}

void ask_everything(const JsonObject& object) {
  for (const std::string& key : object.keys()) {
    mess::internal::json_quoted(key);
    ask([&] { object.integer(key); });
    ask([&] { object.number(key); });
    ask([&] { object.boolean(key); });
    ask([&] { object.text(key); });
    ask([&] { object.integers(key); });
    ask([&] { object.texts(key); });
    ask([&] { ask_everything(object.object(key)); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  ask([&] { ask_everything(JsonObject::parse(text, "fuzz", {.max_bytes = 1 << 20, .max_values = 10'000})); });
  return 0;
}
