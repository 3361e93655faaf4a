// SPDX-License-Identifier: MIT
#include "src/analyze/true_peak.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

// Phases 0 and 1 of the standard's table; phases 3 and 2 are the same backwards.
constexpr std::array<std::array<float, 12>, 2> kPhases{{
    {0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f, -0.0594482421875f, 0.1373291015625f,
     0.9721679687500f, -0.1022949218750f, 0.0476074218750f, -0.0266113281250f, 0.0148925781250f, -0.0083007812500f},
    {-0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f, -0.1665039062500f, 0.4650878906250f,
     0.7797851562500f, -0.2003173828125f, 0.1015625000000f, -0.0582275390625f, 0.0330810546875f, -0.0189208984375f},
}};
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
    for (const auto& phase : kPhases) {
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
