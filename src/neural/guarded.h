// SPDX-License-Identifier: MIT
#pragma once

#include <c10/util/Exception.h>

#include <string>
#include <utility>

#include "mess/error.h"

namespace mess::internal {

/// Calls `work`; an error of libtorch (out of memory, mostly) becomes a ModelError.
template <typename Work>
auto guarded(const std::string& subject, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const c10::Error& error) {
    throw ModelError("[neural] " + subject + ": " + error.what_without_backtrace());
  }
}

}  // namespace mess::internal
