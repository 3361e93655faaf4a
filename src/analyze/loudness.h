// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace mess::internal {

/// Weights of BS.1770-4 table 4 in the default channel order of libavutil: front 1, surround 1.41, LFE 0.
/// @param num_channels  1 to 8
std::vector<double> channel_weights(int num_channels);

/// Integrated loudness of ITU-R BS.1770-4 from mean K-weighted powers of 100 ms steps; none when all is below -70 LUFS.
std::optional<double> integrated_lufs(std::span<const float> step_powers);

/// Loudness range of EBU Tech 3342, in LU: between the 10th and the 95th percentile of 3 s windows, gated at -70 LUFS and 20 LU
/// below their mean; none when no window passes.
std::optional<double> loudness_range_lu(std::span<const float> step_powers);

}  // namespace mess::internal
