// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "mess/analyze.h"
#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// The tempo of a whole track to about 1 %: periods by comb-summed autocorrelation, the metrical level by a linear ranking
/// (tempo_ranking.h). Without a bpm when nothing repeats.
Tempo estimate_tempo(const OnsetCurves& curves);

/// What the ranking sees of each candidate, for fitting its weights.
struct TempoFeatures {
  double bpm = 0.0;
  std::vector<double> values;
};
std::vector<TempoFeatures> tempo_features(const OnsetCurves& curves);

}  // namespace mess::internal
