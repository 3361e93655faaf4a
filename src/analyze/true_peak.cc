// SPDX-License-Identifier: MIT
#include "src/analyze/true_peak.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

// Phases 0 and 1 of the standard's table; phases 3 and 2 are the same backwards.
constexpr std::array<std::array<float, kInterpolatorTaps>, 2> kPhases{{
    {0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f, -0.0594482421875f, 0.1373291015625f,
     0.9721679687500f, -0.1022949218750f, 0.0476074218750f, -0.0266113281250f, 0.0148925781250f, -0.0083007812500f},
    {-0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f, -0.1665039062500f, 0.4650878906250f,
     0.7797851562500f, -0.2003173828125f, 0.1015625000000f, -0.0582275390625f, 0.0330810546875f, -0.0189208984375f},
}};
constexpr float kLargestGain =
    2.03f;  // sum of the absolute weights of phase 1: no interpolated value exceeds the samples more
constexpr std::size_t kGroup = 64;

}  // namespace

void TruePeak::push(std::span<const float> samples) {
  // Positions that begin in what was kept, then those within the new samples, which need no copy.
  std::array<float, 2 * kKept> seam{};
  const std::size_t borrowed = std::min(kKept, samples.size());
  std::copy(kept_.begin(), kept_.end(), seam.begin());
  std::copy_n(samples.begin(), borrowed, seam.begin() + kKept);
  scan(seam.data(), borrowed);
  if (samples.size() > kKept)
    scan(samples.data(), samples.size() - kKept);
  const float* const newest =
      samples.size() >= kKept ? samples.data() + samples.size() - kKept : seam.data() + borrowed;
  std::copy_n(newest, kKept, kept_.begin());
}

void TruePeak::scan(const float* samples, std::size_t num_positions) {
  const SignalKernels& kernels = signal_kernels();
  for (std::size_t first = 0; first < num_positions; first += kGroup) {
    const std::size_t count = std::min(kGroup, num_positions - first);
    float lowest = 0.0f;
    float highest = 0.0f;
    kernels.extremes(samples + first, count + kKept, &lowest, &highest);
    const float largest = std::max(-lowest, highest);
    peak_ = std::max(peak_, largest);
    if (largest * kLargestGain > peak_)  // else nothing between can be higher
      peak_ = std::max(peak_, kernels.interpolated_peak(samples + first, count, kPhases.front().data()));
  }
}

}  // namespace mess::internal
