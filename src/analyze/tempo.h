// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "mess/analyze.h"
#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// The tempo of a whole track to about 1 %: periods by comb-summed autocorrelation, the metrical level by a linear ranking
/// (tempo_ranking.h). Without a bpm when nothing repeats.
Tempo estimate_tempo(const OnsetCurves& curves);

/// Repetition of a curve of onsets after one to four beats at its best tempo: 1 for perfect repetition.
double strongest_repetition(std::span<const float> onset_curve, double frame_rate_hz);

/// What the ranking sees of each candidate, for fitting its weights.
struct TempoFeatures {
  double bpm = 0.0;
  std::vector<double> values;
};
std::vector<TempoFeatures> tempo_features(const OnsetCurves& curves);

}  // namespace mess::internal
