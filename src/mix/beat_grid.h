// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>

namespace mess::internal {

/// Beats on a line: beat i at start_seconds + i * period_seconds.
struct BeatGrid {
  double start_seconds = 0.0;  // of the first beat that was given
  double period_seconds = 0.0;
  double deviation_seconds = 0.0;  // of the beats from the line, RMS

  double at(double beat) const { return start_seconds + beat * period_seconds; }
  double beat_of(double seconds) const { return (seconds - start_seconds) / period_seconds; }
};

/// The line of least squares through beats, each numbered by how many periods it lies behind the first: missing beats do
/// no harm. None for fewer than four beats, or beats that no line fits (RMS above 15 ms, or 4 % of a period).
std::optional<BeatGrid> fit_beats(std::span<const double> beats_seconds);

}  // namespace mess::internal
