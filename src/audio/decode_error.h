// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "mess/error.h"

namespace mess::internal {

inline DecodeError decode_error(const std::string& source, const std::string& expected, const std::string& found) {
  return DecodeError("[decode] " + source + ": expected " + expected + ", found " + found);
}

}  // namespace mess::internal
