// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace mess::internal {

/// The periodic Hann window: 0.5 - 0.5 cos(2 pi i / size).
std::vector<float> hann_window(std::size_t size);

}  // namespace mess::internal
