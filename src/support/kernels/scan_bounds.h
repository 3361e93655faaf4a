// SPDX-License-Identifier: MIT
// For the kernels' own files only: everything here has internal linkage, so that no copy compiled for one instruction
// set serves another.
#pragma once

#include "src/support/kernels/scan_kernels.h"

namespace mess::internal {
namespace {

inline float upper_bound(std::int32_t product, const SketchQuery& query, const SketchRow& row) {
  const float approximate = static_cast<float>(product - query.offset) * (row.scale * query.scale);
  return approximate + (query.norm_slack * row.norm + query.error_slack * row.error) +
         (query.squared_factor * row.squared_norm + query.constant);
}

}  // namespace
}  // namespace mess::internal
