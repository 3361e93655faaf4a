// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "src/analyze/onset_strength.h"

namespace mess::internal {

/// Onset curves of a track whose tempo bends, on a clock that bends with it, so that its beat is steady there.
struct SteadiedCurves {
  OnsetCurves curves;
  std::vector<double> source_frames;  // frame of the original that each frame of `curves` shows

  /// Moment of the track for a moment on the steadied clock.
  double original_seconds(double steadied_seconds) const;
};

/// Follows the tempo from moment to moment (Viterbi over short autocorrelations, at any metrical level) and takes its
/// bends out.
SteadiedCurves steady(const OnsetCurves& curves);

}  // namespace mess::internal
