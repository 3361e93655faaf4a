// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// Weights of a linear ranking of metrical levels: the repetition of all onsets and of those in each range of pitch at 1/6,
/// 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 5/2, 3, 7/2, 4, 5 and 6 periods; octaves above 110 BPM, their square, log2 of the onsets per beat, its
/// square and the product of both. Fitted by benchmarks/fit_rhythm.py as a softmax choice on composed pieces of many styles
/// and metres, steady and bending, with and without drums.
inline constexpr std::array<double, 61> kTempoRanking{
    -3.324,  1.134,  1.41,   1.41,   -0.6682, 4.375,  0.1519,  1.393,   1.133,  0.4691,  0.3105, 2.565,  2.092,
    0.5046,  -9.459, -7.452, 1.35,   -2.971,  -1.465, -0.4354, 1.516,   0.8415, -1.703,  0.1651, 1.591,  1.355,
    0.03001, 1.714,  -0.916, 3.238,  1.754,   1.554,  1.198,   2.149,   1.128,  -0.6031, 0.8885, -1.936, -0.2398,
    1.541,   0.5404, -1.778, -2.177, 1.7,     0.8801, 1.344,   -0.6416, 3.172,  -0.9496, 1.38,   0.9992, 0.004563,
    -0.1266, 2.315,  0.391,  0.9617, -0.3469, -1.087, 0.1596,  -0.8496, 1.884,
};

}  // namespace mess::internal
