// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// Weights of a linear ranking of metrical levels: the repetition of all onsets and of those in each range of pitch at 1/6,
/// 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 3 and 4 periods; octaves above 110 BPM, their square, log2 of the onsets per beat, its
/// square and the product of both. Fitted by benchmarks/fit_rhythm.py as a softmax choice on composed pieces of many styles
/// and metres, steady and bending, with and without drums.
inline constexpr std::array<double, 45> kTempoRanking{
    -2.571, 0.08646, 0.7525, 1.915,   -1.388,  4.28,   0.3802, 1.178,   0.8412, 2.191, -8.844, -7.403,
    0.467,  -3.509,  -1.739, -0.5541, 1.154,   1.681,  0.4179, 0.7816,  -1.17,  2.923, 1.89,   0.8259,
    0.5176, 2.771,   1.113,  -0.6251, -1.709,  1.181,  -1.405, 1.395,   0.5247, 1.402, -1.434, 2.854,
    -1.134, 1.442,   0.1317, 2.13,    -0.6183, -1.522, 0.2971, -0.7302, 1.653,
};

}  // namespace mess::internal
