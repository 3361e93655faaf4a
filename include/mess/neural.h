// SPDX-License-Identifier: MIT
// Loading libmess_neural, which holds everything that needs libtorch. libmess itself never links it.
#pragma once

#include <string>

#include "mess/export.h"

namespace mess {

/// Loads libmess_neural from beside this library once; it registers its encoders.
/// Thread-safe; returns false when it is not installed, with the reason in neural_status().
MESS_API bool load_neural();

/// "not loaded", "loaded: <path>", or why it could not be.
MESS_API std::string neural_status();

}  // namespace mess
