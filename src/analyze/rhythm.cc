// SPDX-License-Identifier: MIT
#include "src/analyze/rhythm.h"

#include <optional>

#include "src/analyze/beat_tracker.h"
#include "src/analyze/tempo.h"
#include "src/analyze/tempo_drift.h"

namespace mess::internal {
namespace {

constexpr double kSteadyEnough = 0.6;  // confidence above which no bend is looked for
constexpr double kClearlyMore = 0.15;  // of confidence
constexpr double kFewestBeats = 4;

}  // namespace

Pulse find_pulse(const OnsetCurves& curves) {
  Pulse pulse{.tempo = estimate_tempo(curves), .beats_seconds = {}};
  std::optional<SteadiedCurves> steadied;
  if (pulse.tempo.confidence < kSteadyEnough && !curves.total.empty()) {
    steadied = steady(curves);
    Tempo bent = estimate_tempo(steadied->curves);
    if (bent.confidence > pulse.tempo.confidence + kClearlyMore) {
      pulse.tempo = std::move(bent);
    } else {
      steadied.reset();
    }
  }
  if (!pulse.tempo.bpm)
    return pulse;
  pulse.beats_seconds = track_beats(steadied ? steadied->curves : curves, *pulse.tempo.bpm);
  if (steadied) {
    for (double& seconds : pulse.beats_seconds)
      seconds = steadied->original_seconds(seconds);
  }
  if (static_cast<double>(pulse.beats_seconds.size()) < kFewestBeats)
    return {};
  // The grid knows the tempo to 1 %, the beats to far less; every candidate is at a fixed ratio to it.
  const double ratio = mean_bpm(pulse.beats_seconds) / *pulse.tempo.bpm;
  for (TempoCandidate& candidate : pulse.tempo.candidates)
    candidate.bpm *= ratio;
  *pulse.tempo.bpm *= ratio;
  return pulse;
}

}  // namespace mess::internal
