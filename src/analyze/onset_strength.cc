// SPDX-License-Identifier: MIT
#include "src/analyze/onset_strength.h"

#include <algorithm>
#include <cmath>

#include "src/support/hann_window.h"
#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {
namespace {

constexpr double kLowHz = 27.0;
constexpr double kHighHz = 10000.0;  // above, lossy encoders differ more than music does
constexpr std::array<double, OnsetCurves::kNumRanges - 1> kRangeEdgesHz{200.0, 2000.0};
constexpr float kFloor = 1e-3f;             // -60 dB below the reference
constexpr float kSilence = 1e-4f;           // band amplitude of a sine at about -120 dBFS
constexpr double kReferenceSeconds = 10.0;  // time constant of the reference's decay

double hz_to_mel(double hz) { return 1127.0 * std::log1p(hz / 700.0); }
double mel_to_hz(double mel) { return 700.0 * std::expm1(mel / 1127.0); }

}  // namespace

OnsetStrength::OnsetStrength() : window_(hann_window(kBlockSize)) {
  constexpr double kBinHz = static_cast<double>(kSampleRateHz) / kBlockSize;
  const double low_mel = hz_to_mel(kLowHz);
  const double step = (hz_to_mel(kHighHz) - low_mel) / kNumBands;
  for (std::size_t band = 0; band <= kNumBands; ++band) {
    const auto bin = static_cast<std::size_t>(mel_to_hz(low_mel + step * static_cast<double>(band)) / kBinHz);
    edges_[band] = band == 0 ? bin : std::max(bin, edges_[band - 1] + 1);
  }
  for (std::size_t band = 0; band < kNumBands; ++band) {
    const double hz = static_cast<double>(edges_[band]) * kBinHz;
    log_centre_hz_[band] =
        static_cast<float>(std::log(0.5 * static_cast<double>(edges_[band] + edges_[band + 1]) * kBinHz));
    range_of_[band] = static_cast<std::uint8_t>(
        std::count_if(kRangeEdgesHz.begin(), kRangeEdgesHz.end(), [hz](double edge) { return hz >= edge; }));
  }
  curves_.frame_rate_hz = static_cast<double>(kSampleRateHz) / kHop;
  // A step shows most when it has come to the middle of the window, less the lag of two hops over two.
  curves_.first_frame_seconds = (static_cast<double>(kHop) - kBlockSize / 2.0) / kSampleRateHz;
}

void OnsetStrength::push(std::span<const float> samples) {
  blocks_.push(samples, [this](std::span<const float> block) { add_flux(band_levels(block)); });
}

OnsetCurves OnsetStrength::finish() {
  if (amplitude_sum_ > 0.0)
    curves_.centroid_hz = std::exp(weighted_log_hz_ / amplitude_sum_);
  return std::move(curves_);
}

OnsetStrength::Levels OnsetStrength::band_levels(std::span<const float> block) {
  const std::span<float> input = fft_.input();
  for (std::size_t i = 0; i < kBlockSize; ++i)
    input[i] = block[i] * window_[i];
  const auto spectrum = fft_.transform();
  Levels levels;
  float sum = 0.0f;
  float weighted = 0.0f;
  for (std::size_t band = 0; band < kNumBands; ++band) {
    // Real and imaginary parts in a row: their squares sum to the power.
    const auto* const parts = reinterpret_cast<const float*>(spectrum.data() + edges_[band]);
    levels[band] = std::sqrt(dot(parts, parts, 2 * (edges_[band + 1] - edges_[band])));
    sum += levels[band];
    weighted += levels[band] * log_centre_hz_[band];
  }
  amplitude_sum_ += sum;
  weighted_log_hz_ += weighted;
  constexpr double kFrameRateHz = static_cast<double>(kSampleRateHz) / kHop;
  static const auto kDecay = static_cast<float>(std::exp(-1.0 / (kReferenceSeconds * kFrameRateHz)));
  reference_ = std::max({reference_ * kDecay, *std::max_element(levels.begin(), levels.end()), kSilence});
  signal_kernels().log1p_scaled(levels.data(), levels.size(), 1.0f / (reference_ * kFloor), levels.data());
  return levels;
}

void OnsetStrength::add_flux(const Levels& levels) {
  std::array<float, OnsetCurves::kNumRanges> sums{};
  const Levels& earlier = before_[1];
  for (std::size_t band = 0; band < kNumBands; ++band) {
    float largest = earlier[band];
    if (band > 0)
      largest = std::max(largest, earlier[band - 1]);
    if (band + 1 < kNumBands)
      largest = std::max(largest, earlier[band + 1]);
    sums[range_of_[band]] += std::max(0.0f, levels[band] - largest);
  }
  for (std::size_t r = 0; r < sums.size(); ++r)
    curves_.ranges[r].push_back(sums[r]);
  curves_.total.push_back(sums[0] + sums[1] + sums[2]);
  before_ = {levels, before_[0]};
}

}  // namespace mess::internal
