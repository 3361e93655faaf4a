// SPDX-License-Identifier: MIT
#include "src/analyze/chroma.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "src/support/hann_window.h"

namespace mess::internal {
namespace {

constexpr double kLowestHz = 60.0;
constexpr double kHighestHz = 3500.0;
constexpr double kCentreHz = 200.0;    // where a peak counts most
constexpr double kOctaveSpread = 1.3;  // deviation of the weight around it, in octaves
constexpr float kPeakFloor = 1e-4f;    // -40 dB of power below the block's strongest peak
constexpr float kSilentPower = 1e-3f;  // a sine at about -100 dBFS
constexpr int kNumHarmonics = 6;
constexpr float kHarmonicDecay = 0.6f;
constexpr std::size_t kBlocksPerStretch = 32;  // 3 s
constexpr double kMiddleC = 261.6255653005986;
constexpr double kBinHz = static_cast<double>(ChromaExtractor::kSampleRateHz) / ChromaExtractor::kBlockSize;
const auto kFirstBin = static_cast<std::size_t>(kLowestHz / kBinHz);
const auto kLastBin = static_cast<std::size_t>(kHighestHz / kBinHz);

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

ChromaExtractor::ChromaExtractor() : window_(hann_window(kBlockSize)), power_(kBlockSize / 2 + 1) {
  curves_.frame_rate_hz = static_cast<double>(kSampleRateHz) / kHop;
  curves_.stretch_seconds = static_cast<double>(kBlocksPerStretch * kHop) / kSampleRateHz;
}

void ChromaExtractor::push(std::span<const float> samples) {
  blocks_.push(samples, [this](std::span<const float> block) { add_block(block); });
}

ChromaCurves ChromaExtractor::finish() {
  curves_.tuning_cents = std::atan2(tuning_im_, tuning_re_) / (2.0 * std::numbers::pi) * 100.0;
  return std::move(curves_);
}

void ChromaExtractor::add_block(std::span<const float> block) {
  const std::span<float> input = fft_.input();
  for (std::size_t i = 0; i < kBlockSize; ++i)
    input[i] = block[i] * window_[i];
  const auto spectrum = fft_.transform();
  float strongest = kSilentPower;
  for (std::size_t bin = kFirstBin - 1; bin <= kLastBin + 1; ++bin) {
    power_[bin] = std::norm(spectrum[bin]);
    strongest = std::max(strongest, power_[bin]);
  }
  fine_.fill(0.0f);
  const float floor = strongest * kPeakFloor;
  for (std::size_t bin = kFirstBin; bin <= kLastBin; ++bin) {
    if (power_[bin] <= floor || power_[bin] <= power_[bin - 1] || power_[bin] < power_[bin + 1])
      continue;
    // The top of a parabola through the logarithms is the frequency, to a few hundredths of a bin.
    const double left = std::log(power_[bin - 1] + 1e-20f);
    const double middle = std::log(power_[bin]);
    const double right = std::log(power_[bin + 1] + 1e-20f);
    const double offset = 0.5 * (left - right) / (left - 2.0 * middle + right);
    add_peak(static_cast<double>(bin) + offset, std::sqrt(std::sqrt(power_[bin])));
  }
  float sum = 0.0f;
  for (const float value : fine_)
    sum += value;
  Chroma frame{};
  if (curves_.frames.size() % kBlocksPerStretch == 0)
    curves_.stretches.emplace_back();
  for (std::size_t bin = 0; sum > 0.0f && bin < fine_.size(); ++bin) {
    const std::size_t pitch_class = (bin + ChromaCurves::kBinsPerSemitone / 2) / ChromaCurves::kBinsPerSemitone % 12;
    frame[pitch_class] += fine_[bin] / sum;
    curves_.stretches.back()[bin] += fine_[bin] / sum;
  }
  curves_.frames.push_back(frame);
}

void ChromaExtractor::add_peak(double bin, float magnitude) {
  const double hz = bin * kBinHz;
  const double octaves_from_c = std::log2(hz / kMiddleC);
  const double turn = 2.0 * std::numbers::pi * 12.0 * octaves_from_c;
  tuning_re_ += magnitude * std::cos(turn);
  tuning_im_ += magnitude * std::sin(turn);
  const double from_centre = (octaves_from_c + std::log2(kMiddleC / kCentreHz)) / kOctaveSpread;
  float weight = magnitude * static_cast<float>(std::exp(-0.5 * from_centre * from_centre));
  for (int harmonic = 1; harmonic <= kNumHarmonics; ++harmonic, weight *= kHarmonicDecay) {
    static const std::array<double, kNumHarmonics> kOctavesDown{0.0,           1.0, std::log2(3.0), 2.0, std::log2(5.0),
                                                                std::log2(6.0)};
    const double octave = octaves_from_c - kOctavesDown[static_cast<std::size_t>(harmonic - 1)];
    const double position = (octave - std::floor(octave)) * static_cast<double>(ChromaCurves::kNumBins);
    fine_[static_cast<std::size_t>(std::lround(position)) % ChromaCurves::kNumBins] += weight;
  }
}

}  // namespace mess::internal
