// SPDX-License-Identifier: MIT
// Loops over samples and spectra. Levels agree to rounding; extremes and bounds to the bit.
#pragma once

#include <cstddef>

#include "src/support/kernels/kernels.h"

namespace mess::internal {

/// Taps of one phase of an interpolator.
constexpr std::size_t kInterpolatorTaps = 12;

/// Two second-order sections in a row, for two channels at once. Each section's recursion is written with two samples between
/// its terms (numerator and denominator times 1 - a1/z + a2/z^2: scattered look-ahead, Parhi and Messerschmitt, "Pipeline
/// interleaving and parallelism in recursive digital filters", IEEE ASSP 1989), so that neighbours are independent.
struct PairFilter {
  struct Section {
    double forward[5];  // weights of x[n] to x[n - 4]
    double back[2];     // of y[n - 2] and y[n - 4], added
  };
  Section sections[2];
  /// The last four samples before the first section, between both, and after the second, newest last: [place][channel].
  double past[3][2][4];
};

struct SignalKernels {
  /// Lowest and highest of n >= 1 values; +0 and -0 count as equal.
  void (*extremes)(const float* values, std::size_t n, float* lowest, float* highest);
  /// A number with at most `rank` of n >= 1 values below it, about the largest such: within the range of the values' bit
  /// patterns over 2^bisections. Values >= 0, not all of them are below it.
  float (*rank_bound)(const float* values, std::size_t n, std::size_t rank, int bisections);
  /// out[i] = log(1 + scale * values[i]), to 1e-6; values >= 0.
  void (*log1p_scaled)(const float* values, std::size_t n, float scale, float* out);
  /// From the complex FFT Z of M pairs of real samples to the spectrum X of the 2M samples, in place: M + 1 complex values as
  /// (real, imaginary), of which the last is only written. X[k] = (Z[k] + Z*[M-k]) / 2 + turns[k] (Z[k] - Z*[M-k]) / 2.
  /// @param turns  -i exp(-i pi k / M) for k to M / 2, as (real, imaginary)
  void (*split_pairs)(float* spectrum, const float* turns, std::size_t num_pairs);
  /// Largest magnitude of `num_positions` values between samples: each position's 12 samples from there on under two phases
  /// (2 x 12 weights), forwards and backwards. Reads num_positions + 11 samples.
  float (*interpolated_peak)(const float* samples, std::size_t num_positions, const float* phases);
  /// Filters n samples of two channels; adds the squares of the output to energies[2].
  void (*filtered_energies)(PairFilter& filter, const float* first, const float* second, std::size_t n,
                            double* energies);
};

/// @throws InvalidArgument when that level is not supported here
const SignalKernels& signal_kernels(SimdLevel level);
/// At the active level.
const SignalKernels& signal_kernels();

extern const SignalKernels kSignalBaseline;
extern const SignalKernels kSignalAvx2;
extern const SignalKernels kSignalAvx512;

}  // namespace mess::internal
