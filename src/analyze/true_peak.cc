// SPDX-License-Identifier: MIT
#include "src/analyze/true_peak.h"

#include <algorithm>
#include <cmath>

#include "src/support/true_peak_filter.h"

namespace mess::internal {
namespace {

constexpr float kLargestGain =
    2.03f;  // sum of the absolute weights of phase 1: no interpolated value exceeds the samples more
constexpr std::size_t kGroup = 16;

}  // namespace

TruePeak::TruePeak() {
  samples_.reserve(kTaps - 1 + kBlock);
  samples_.assign(kTaps - 1, 0.0f);
}

void TruePeak::push(std::span<const float> samples) {
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), kTaps - 1 + kBlock - samples_.size());
    samples_.insert(samples_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
    samples = samples.subspan(count);
    scan();
  }
}

void TruePeak::scan() {
  const std::size_t end = samples_.size() - (kTaps - 1);
  for (std::size_t first = 0; first < end; first += kGroup) {
    const std::size_t count = std::min(kGroup, end - first);
    const float* group = samples_.data() + first;
    float largest = 0.0f;
    for (std::size_t i = 0; i < count + kTaps - 1; ++i)
      largest = std::max(largest, std::abs(group[i]));
    peak_ = std::max(peak_, largest);
    if (largest * kLargestGain <= peak_)
      continue;  // nothing here can be higher
    for (const auto& phase : kTruePeakPhases) {
      std::array<float, kGroup> forward{};
      std::array<float, kGroup> backward{};
      for (std::size_t tap = 0; tap < kTaps; ++tap) {
        for (std::size_t i = 0; i < count; ++i) {
          forward[i] += phase[tap] * group[i + tap];
          backward[i] += phase[kTaps - 1 - tap] * group[i + tap];
        }
      }
      for (std::size_t i = 0; i < count; ++i) {
        peak_ = std::max({peak_, std::abs(forward[i]), std::abs(backward[i])});
      }
    }
  }
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace mess::internal
