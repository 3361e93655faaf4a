// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// Weights of a linear ranking of metrical levels: the repetition of all onsets, of the low and of the high ones at 1/4, 1/3,
/// 1/2, 2/3, 1, 3/2, 2, 3 and 4 periods; octaves above 110 BPM, their square, log2 of the onsets per beat, its square and the
/// product of both. Fitted by benchmarks/fit_rhythm.py as a softmax choice on composed pieces of many styles and metres, steady and bending, with and
/// without drums.
inline constexpr std::array<double, 32> kTempoRanking{
    -0.09203, 0.1109,  1.199,  0.06699, 3.321, 1.276,   0.614,  2.548,  2.188,   0.4151, -0.633,
    -1.486,   1.97,    -1.127, 1.055,   2.14,  1.763,   2.849,  0.6107, 0.524,   0.4346, -0.0201,
    2.105,    -0.4695, 1.931,  0.6777,  1.869, -0.2171, -1.002, 0.0939, -0.6075, 1.385,
};

}  // namespace mess::internal
