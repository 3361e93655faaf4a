// SPDX-License-Identifier: MIT
// Foote's novelty: how much the music before a moment differs from the music after it.
#pragma once

#include <Eigen/Core>

#include "src/pool/frame_moments.h"

namespace mess::internal {

/// n + 1 values for n unit rows: of the moment before row 0, between rows 0 and 1, and so on. From 0, where both sides are
/// alike, to 2; beyond the ends nothing is like anything.
Eigen::ArrayXd novelty_curve(const RowMajor& unit_rows, Eigen::Index reach);

}  // namespace mess::internal
