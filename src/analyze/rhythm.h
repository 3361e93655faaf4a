// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "mess/analyze.h"
#include "src/analyze/onset_strength.h"

namespace mess::internal {

struct Pulse {
  Tempo tempo;
  std::vector<double> beats_seconds;
};

/// Tempo and beats of a track. When little repeats at a steady tempo, a bending one is tried, and taken where it explains
/// clearly more.
Pulse find_pulse(const OnsetCurves& curves);

}  // namespace mess::internal
