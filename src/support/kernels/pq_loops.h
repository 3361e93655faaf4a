// SPDX-License-Identifier: MIT
// The loops of product quantisation, compiled once per instruction set. For the kernels' own files only: everything here
// has internal linkage.
#pragma once

#include "src/support/kernels/pq_kernels.h"

namespace mess::internal {
namespace {

void products(const float* part, const float* codebook, std::size_t n, float* __restrict dots) {
  for (std::size_t e = 0; e < kPqEntries; ++e)
    dots[e] = 0.0f;
  for (std::size_t i = 0; i < n; ++i) {
    const float value = part[i];
    const float* row = codebook + i * kPqEntries;
    for (std::size_t e = 0; e < kPqEntries; ++e)
      dots[e] += value * row[e];
  }
}

std::uint8_t nearest(const float* part, const float* codebook, const float* bias, std::size_t n) {
  constexpr std::size_t kLanes = 16;
  float dots[kPqEntries];
  products(part, codebook, n, dots);
  float best[kLanes];
  std::int32_t place[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    best[lane] = dots[lane] + bias[lane];
    place[lane] = 0;
  }
  for (std::size_t block = 1; block < kPqEntries / kLanes; ++block) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float score = dots[block * kLanes + lane] + bias[block * kLanes + lane];
      place[lane] = score > best[lane] ? static_cast<std::int32_t>(block) : place[lane];
      best[lane] = score > best[lane] ? score : best[lane];
    }
  }
  std::size_t entry = static_cast<std::size_t>(place[0]) * kLanes;
  float score = best[0];
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    const std::size_t other = static_cast<std::size_t>(place[lane]) * kLanes + lane;
    if (best[lane] > score || (best[lane] == score && other < entry)) {
      score = best[lane];
      entry = other;
    }
  }
  return static_cast<std::uint8_t>(entry);
}

}  // namespace
}  // namespace mess::internal
