// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/support/fft.h"

namespace mess::internal {

/// The curve less its mean over one second, negative values cut off: what stands out from its surroundings.
std::vector<float> standing_out(std::span<const float> curve, double frame_rate_hz);

/// Onsets in a curve that stand out, whatever the gain.
std::size_t count_onsets(std::span<const float> standing_out_curve);

/// Normalised autocorrelation of windows of a curve, by FFT.
class Autocorrelator {
 public:
  explicit Autocorrelator(std::size_t window_size);
  std::size_t window_size() const { return window_size_; }

  /// Lags 0 to window_size / 2 of `window`, less its mean: 1 at lag 0, 1 for perfect repetition at any lag. Empty when the
  /// window is constant.
  /// @param window  at most window_size values
  std::span<const float> compute(std::span<const float> window);

  /// Mean over windows of the curve that overlap by three quarters; empty when all are constant.
  std::vector<float> average(std::span<const float> curve);

 private:
  std::size_t window_size_;
  RealFft fft_;
  std::vector<float> lags_;
};

/// Value at a fractional lag, by linear interpolation; 0 beyond the end.
float at_lag(std::span<const float> autocorrelation, double lag);

/// Largest value within 1.5 % of a lag.
float around_lag(std::span<const float> autocorrelation, double lag);

}  // namespace mess::internal
