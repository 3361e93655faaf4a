// SPDX-License-Identifier: MIT
#pragma once

#include "src/analyze/chroma.h"

namespace mess::internal {

/// How much the harmony differs before and after a moment: one less the cosine of the chroma of `span_seconds` on either
/// side, 0 to 1. Frames near the edges of the spans, which hear both, do not count; 1 where one side is silent.
double harmonic_change(const ChromaCurves& chroma, double seconds, double span_seconds);

}  // namespace mess::internal
