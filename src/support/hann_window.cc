// SPDX-License-Identifier: MIT
#include "src/support/hann_window.h"

#include <cmath>
#include <numbers>

namespace mess::internal {

std::vector<float> hann_window(std::size_t size) {
  std::vector<float> window(size);
  const double step = 2.0 * std::numbers::pi / static_cast<double>(size);
  for (std::size_t i = 0; i < size; ++i)
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(step * static_cast<double>(i)));
  return window;
}

}  // namespace mess::internal
