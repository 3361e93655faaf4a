// SPDX-License-Identifier: MIT
#include "src/analyze/rhythm.h"

#include "src/analyze/beat_phase.h"
#include "src/analyze/beat_tracker.h"
#include "src/analyze/tempo.h"

namespace mess::internal {
namespace {

constexpr double kSteadyEnough = 0.6;  // confidence above which no bend is looked for
constexpr double kClearlyMore = 0.2;   // of confidence
constexpr double kFewestBeats = 4;

}  // namespace

ClockedTempo find_tempo(const OnsetCurves& curves) {
  ClockedTempo found{.tempo = estimate_tempo(curves), .steadied = {}};
  if (found.tempo.confidence >= kSteadyEnough || curves.total.empty())
    return found;
  SteadiedCurves steadied = steady(curves);
  Tempo bent = estimate_tempo(steadied.curves);
  if (bent.confidence > found.tempo.confidence + kClearlyMore)
    found = {.tempo = std::move(bent), .steadied = std::move(steadied)};
  return found;
}

Pulse find_pulse(const OnsetCurves& curves, const ChromaCurves& chroma) {
  const ClockedTempo found = find_tempo(curves);
  Pulse pulse{.tempo = found.tempo, .beats_seconds = {}};
  if (!pulse.tempo.bpm)
    return pulse;
  const OnsetCurves& clock = found.steadied ? found.steadied->curves : curves;
  const auto on_track = [&](std::vector<double> beats_seconds) {
    for (double& seconds : beats_seconds)
      seconds = found.steadied ? found.steadied->original_seconds(seconds) : seconds;
    return beats_seconds;
  };
  pulse.beats_seconds = on_track(track_beats(clock, *pulse.tempo.bpm, [&](const std::vector<double>& beats_seconds) {
    return is_off_beat(clock, chroma, beats_seconds, on_track(beats_seconds));
  }));
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
