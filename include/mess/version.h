// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "mess/export.h"

namespace mess {

/// "0.1.0", from the project() line of CMakeLists.txt: the only place where the version is written.
MESS_API std::string version();

/// The SIMD level in use: "baseline", "avx2" or "avx512". MESS_SIMD forces a lower one.
MESS_API std::string simd_level();

/// The stages this build holds, in the order of the data flow.
MESS_API std::vector<std::string> built_stages();

}  // namespace mess
