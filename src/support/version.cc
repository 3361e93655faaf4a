// SPDX-License-Identifier: MIT
#include "mess/version.h"

#include <sstream>

#include "src/support/kernels/kernels.h"

namespace mess {

std::string version() { return MESS_VERSION; }

std::string simd_level() { return internal::to_string(internal::active_simd_level()); }

std::vector<std::string> built_stages() {
  std::vector<std::string> stages;
  std::istringstream list(MESS_BUILT_STAGES);
  for (std::string stage; std::getline(list, stage, ',');)
    stages.push_back(stage);
  return stages;
}

}  // namespace mess
