// SPDX-License-Identifier: MIT
#pragma once

#include "mess/analyze.h"
#include "src/analyze/chroma.h"

namespace mess::internal {

/// The key of a track and of its parts: the profile that correlates best with the chroma, means taken out. The beginning and
/// the end, where music states its tonic, count extra.
KeyEstimate estimate_key(const ChromaCurves& curves, double duration_seconds);

}  // namespace mess::internal
