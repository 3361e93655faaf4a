// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace mess::internal {

/// Weights of a linear ranking of metrical levels: the repetition of all onsets and of those in each range of pitch at 1/6,
/// 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 5/2, 3, 7/2, 4, 5 and 6 periods; that of all onsets again, relative to the anchor's comb;
/// octaves above 110 BPM, their square, log2 of the onsets per beat, its square and the product of both. Fitted by
/// benchmarks/fit_rhythm.py as a softmax choice on composed pieces of many styles and metres, steady and bending, with and
/// without drums.
inline constexpr std::array<double, 75> kTempoRanking{
    -1.694,   1.579,  0.4974,  0.6661, -0.108, 2.195,   -0.8233, 1.293,   0.405,   -0.4295, -0.6276, 1.82,   0.812,
    -0.03183, -11.02, -6.258,  0.9888, -2.776, -1.472,  -0.6609, 1.532,   1.209,   -1.288,  -0.129,  0.6634, 0.9809,
    0.5162,   1.644,  0.0172,  2.572,  1.736,  1.149,   1.353,   2.009,   1.314,   -0.4698, 1.244,   -1.653, 0.2922,
    0.8465,   1.107,  -1.511,  -1.203, 2.248,  -0.294,  1.13,    -0.4129, 1.543,   -1.6,    1.562,   0.3315, -0.03935,
    -1.032,   1.41,   -0.2856, 0.3231, -1.288, -0.5114, 0.6396,  0.4809,  0.2434,  2.042,   0.8135,  0.154,  0.4926,
    0.7794,   1.086,  1.236,   0.4935, 0.3394, 0.2406,  -1.253,  -0.1133, -0.7171, 1.634,
};

}  // namespace mess::internal
