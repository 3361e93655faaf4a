// SPDX-License-Identifier: MIT
#include "src/analyze/chroma.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "src/support/hann_window.h"
#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {
namespace {

constexpr double kCentreHz = 200.0;             // where a peak counts most
constexpr double kOctaveSpread = 1.3;           // deviation of the weight around it, in octaves
constexpr float kPeakFloor = 1e-4f;             // -40 dB of power below the block's strongest peak
constexpr float kSilentPower = 1e-3f;           // a sine at about -100 dBFS
constexpr float kLogScale = 1e20f;              // log(1 + scale x) is a shifted log(x) down to -200 dB
constexpr std::size_t kBlocksPerStretch = 32;   // 3 s
constexpr double kLowestC = 32.70319566257483;  // C1
constexpr auto kOctaveBins = static_cast<float>(ChromaCurves::kNumBins);

// A peak may be the first to sixth harmonic of a tone and speaks for each with 0.6 to the power of 0 to 5. Harmonics an
// octave apart are the same pitch class, so three remain: 1, 2 and 4; 3 and 6; 5.
struct Share {
  float fine_bins_up;  // from the peak to the tone, octaves aside
  float weight;
};
constexpr std::array<Share, 3> kShares{{{0.0f, 1.0f + 0.6f + 0.216f},
                                        {24.9022500f, 0.36f + 0.07776f},  // 60 log2(4/3)
                                        {40.6843143f, 0.1296f}}};         // 60 log2(8/5)
constexpr float kFineBinCents = 100.0f / ChromaCurves::kBinsPerSemitone;

}  // namespace

Chroma ChromaCurves::tuned_sum(std::size_t first, std::size_t last) const {
  Chroma chroma{};
  const double shift_bins = tuning_cents / 100.0 * kBinsPerSemitone;
  for (std::size_t bin = 0; bin < kNumBins; ++bin) {
    // Each fine bin is shared between the two nearest semitones, by distance.
    const double semitone = (static_cast<double>(bin) - shift_bins) / kBinsPerSemitone;
    const double left = std::floor(semitone);
    const double fraction = semitone - left;
    const double near_share = std::clamp(1.5 - 2.0 * fraction, 0.0, 1.0);
    const auto pitch_class = static_cast<std::size_t>(static_cast<int>(left) + 12) % 12;
    for (std::size_t i = first; i < std::min(last, stretches.size()); ++i) {
      chroma[pitch_class] += stretches[i][bin] * static_cast<float>(near_share);
      chroma[(pitch_class + 1) % 12] += stretches[i][bin] * static_cast<float>(1.0 - near_share);
    }
  }
  return chroma;
}

ChromaExtractor::ChromaExtractor() : window_(hann_window(kBlockSize)) {
  curves_.frame_rate_hz = static_cast<double>(kSampleRateHz) / kHop;
  curves_.stretch_seconds = static_cast<double>(kBlocksPerStretch * kHop) / kSampleRateHz;
  for (std::size_t bin = kFirstBin - 1; bin <= kLastBin + 1; ++bin) {
    const double hz = static_cast<double>(bin) * kBinHz;
    const double from_centre = std::log2(hz / kCentreHz) / kOctaveSpread;
    const double octaves = std::log2(hz / kLowestC);
    places_.push_back({static_cast<float>(ChromaCurves::kNumBins * (octaves - std::floor(octaves))),
                       static_cast<float>(std::exp(-0.5 * from_centre * from_centre))});
  }
}

void ChromaExtractor::push(std::span<const float> samples) {
  blocks_.push(samples, [this](std::span<const float> block) { add_block(block); });
}

ChromaCurves ChromaExtractor::finish() {
  std::complex<double> sum;
  for (std::size_t cent = 0; cent < tunings_.size(); ++cent)
    sum += std::polar(tunings_[cent], 2.0 * std::numbers::pi * static_cast<double>(cent) / 100.0);
  curves_.tuning_cents = std::arg(sum) / (2.0 * std::numbers::pi) * 100.0;
  return std::move(curves_);
}

void ChromaExtractor::add_block(std::span<const float> block) {
  const std::span<float> input = fft_.input();
  for (std::size_t i = 0; i < kBlockSize; ++i)
    input[i] = block[i] * window_[i];
  const auto* const parts = reinterpret_cast<const float*>(fft_.transform().data() + kFirstBin - 1);
  for (std::size_t i = 0; i < power_.size(); ++i)
    power_[i] = parts[2 * i] * parts[2 * i] + parts[2 * i + 1] * parts[2 * i + 1];
  const SignalKernels& kernels = signal_kernels();
  kernels.log1p_scaled(power_.data(), power_.size(), kLogScale, log_power_.data());
  float weakest = 0.0f;
  float strongest = 0.0f;
  kernels.extremes(power_.data(), power_.size(), &weakest, &strongest);
  const float floor = std::max(kSilentPower, strongest) * kPeakFloor;
  // Without a branch: where peaks are is hard to foresee.
  std::size_t num_peaks = 0;
  for (std::size_t i = 1; i + 1 < power_.size(); ++i) {
    peaks_[num_peaks] = static_cast<std::uint16_t>(i);
    num_peaks +=
        static_cast<std::size_t>((power_[i] > floor) & (power_[i] > power_[i - 1]) & (power_[i] >= power_[i + 1]));
  }
  reach_.fill(0.0f);
  for (std::size_t peak = 0; peak < num_peaks; ++peak)
    add_peak(peaks_[peak]);
  ChromaCurves::FineChroma fine;
  float sum = 0.0f;
  for (std::size_t bin = 0; bin < fine.size(); ++bin) {
    fine[bin] = reach_[bin] + reach_[bin + fine.size()] + reach_[bin + 2 * fine.size()];
    sum += fine[bin];
  }
  Chroma frame{};
  if (curves_.frames.size() % kBlocksPerStretch == 0)
    curves_.stretches.emplace_back();
  for (std::size_t bin = 0; sum > 0.0f && bin < fine.size(); ++bin) {
    const std::size_t pitch_class = (bin + ChromaCurves::kBinsPerSemitone / 2) / ChromaCurves::kBinsPerSemitone % 12;
    frame[pitch_class] += fine[bin] / sum;
    curves_.stretches.back()[bin] += fine[bin] / sum;
  }
  curves_.frames.push_back(frame);
}

void ChromaExtractor::add_peak(std::size_t place) {
  // The top of a parabola through the logarithms is the frequency, to a few hundredths of a bin.
  const float left = log_power_[place] - log_power_[place - 1];
  const float right = log_power_[place] - log_power_[place + 1];
  const float offset_bins = 0.5f * (left - right) / std::max(left + right, 1e-6f);
  const float magnitude = std::sqrt(std::sqrt(power_[place]));
  // log(1 + x) by its series: half a bin is at most 1/44 of the frequency.
  const float x = offset_bins / static_cast<float>(place + kFirstBin - 1);
  const float log = x * (1.0f - x * (0.5f - x / 3.0f));
  // An octave up, where a peak below the lowest C of its octave stays positive.
  const float position = places_[place].position + kOctaveBins * (1.0f + std::numbers::log2e_v<float> * log);
  tunings_[static_cast<std::size_t>(kFineBinCents * position + 0.5f)] += magnitude;
  const float weight = magnitude * places_[place].weight;
  for (const Share& share : kShares)
    reach_[static_cast<std::size_t>(position + share.fine_bins_up + 0.5f)] += weight * share.weight;
}

}  // namespace mess::internal
