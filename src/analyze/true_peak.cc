// SPDX-License-Identifier: MIT
#include "src/analyze/true_peak.h"

#include <algorithm>
#include <cmath>

#include "src/support/true_peak_filter.h"

namespace mess::internal {
namespace {

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
      peak_ = std::max(peak_, kernels.interpolated_peak(samples + first, count, kTruePeakPhases.front().data()));
  }
}

}  // namespace mess::internal
