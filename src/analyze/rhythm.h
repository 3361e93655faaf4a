// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "mess/analyze.h"
#include "src/analyze/chroma.h"
#include "src/analyze/onset_strength.h"
#include "src/analyze/tempo_drift.h"

namespace mess::internal {

struct Pulse {
  Tempo tempo;
  std::vector<double> beats_seconds;
};

/// The tempo of a track, and the clock on which it is steady: none when it is steady on the track's own.
struct ClockedTempo {
  Tempo tempo;
  std::optional<SteadiedCurves> steadied;
};
ClockedTempo find_tempo(const OnsetCurves& curves);

/// Tempo and beats of a track. When little repeats at a steady tempo, a bending one is tried, and taken where it explains
/// clearly more.
Pulse find_pulse(const OnsetCurves& curves, const ChromaCurves& chroma);

}  // namespace mess::internal
