// SPDX-License-Identifier: MIT
#include <charconv>

#include "mess/encode.h"
#include "mess/error.h"

namespace mess {

std::string EncoderId::str() const {
  std::string text = name + "/" + std::to_string(version);
  if (!pooling.empty())
    text += "+" + pooling;
  return text;
}

EncoderId EncoderId::parse(const std::string& text) {
  const auto bad = [&text]() {
    return InvalidArgument("[encode] encoder id: expected NAME/VERSION or NAME/VERSION+POOLING, found \"" + text +
                           "\"");
  };
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos || slash == 0)
    throw bad();
  const std::size_t plus = text.find('+', slash);
  const char* begin = text.data() + slash + 1;
  const char* end = text.data() + (plus == std::string::npos ? text.size() : plus);
  EncoderId id{.name = text.substr(0, slash), .version = 0};
  const auto [stop, error] = std::from_chars(begin, end, id.version);
  if (error != std::errc() || stop != end || id.version < 0)
    throw bad();
  if (plus != std::string::npos) {
    id.pooling = text.substr(plus + 1);
    if (id.pooling.empty())
      throw bad();
  }
  return id;
}

}  // namespace mess
