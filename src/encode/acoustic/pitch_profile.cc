// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/pitch_profile.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

namespace mess::internal::acoustic {
namespace {

constexpr std::size_t kNumClasses = 12;
constexpr std::size_t kFirstChromaPitch = 12;  // C2 to B7
constexpr std::size_t kLastChromaPitch = 84;
constexpr double kLogFloor = 1e-5;  // of the mean over pitches

using Chroma = std::array<double, kNumClasses>;

Chroma unit_chroma(std::span<const float> pitches) {
  Chroma chroma{};
  for (std::size_t i = kFirstChromaPitch; i < kLastChromaPitch; ++i)
    chroma[i % kNumClasses] += pitches[i];
  const double norm = std::sqrt(std::inner_product(chroma.begin(), chroma.end(), chroma.begin(), 1e-30));
  for (double& value : chroma)
    value /= norm;
  return chroma;
}

double autocorrelation(const Chroma& chroma, std::size_t lag) {
  double sum = 0.0;
  for (std::size_t i = 0; i < kNumClasses; ++i)
    sum += chroma[i] * chroma[(i + lag) % kNumClasses];
  return sum;
}

// exp(-2 pi i k / 12)
std::array<std::complex<double>, kNumClasses> unit_roots() {
  std::array<std::complex<double>, kNumClasses> roots;
  for (std::size_t k = 0; k < kNumClasses; ++k) {
    roots[k] = std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(kNumClasses));
  }
  return roots;
}

double dft_magnitude(const Chroma& chroma, std::size_t cycles) {
  static const auto roots = unit_roots();
  std::complex<double> sum = 0.0;
  for (std::size_t i = 0; i < kNumClasses; ++i)
    sum += chroma[i] * roots[i * cycles % kNumClasses];
  return std::abs(sum);
}

}  // namespace

PitchProfile::PitchProfile()
    : gate_(spectrum_.mean_power_of(SilenceGate::kFloorMeanSquare)),
      filters_(semitone_filterbank(kNumPitches, kBlockSize)),
      magnitudes_(spectrum_.power().size()) {}

void PitchProfile::add_block(std::span<const float> block) {
  spectrum_.compute(block);
  if (!gate_.is_sounding(spectrum_.mean_power()))
    return;
  const auto size = static_cast<Eigen::Index>(magnitudes_.size());
  Eigen::Map<Eigen::ArrayXf>(magnitudes_.data(), size) =
      Eigen::Map<const Eigen::ArrayXf>(spectrum_.power().data(), size).sqrt();
  filters_.apply(magnitudes_, pitches_);
  const double total = std::accumulate(pitches_.begin(), pitches_.end(), 1e-30);
  for (std::size_t i = 0; i < kNumPitches; ++i) {
    sums_[i] += pitches_[i];
    share_sums_[i] += std::sqrt(pitches_[i] / total);
  }
  add_chords();
  ++count_;
}

void PitchProfile::add_chords() {
  const Chroma chroma = unit_chroma(pitches_);
  for (std::size_t i = 0; i < kNumIntervals; ++i) {
    const std::array<double, 2> values{autocorrelation(chroma, i + 1), dft_magnitude(chroma, i + 1)};
    for (std::size_t kind = 0; kind < values.size(); ++kind) {
      chord_sums_[kind * kNumIntervals + i] += values[kind];
      chord_squares_[kind * kNumIntervals + i] += values[kind] * values[kind];
    }
  }
}

std::vector<float> PitchProfile::log_means() const {
  const double mean = std::accumulate(sums_.begin(), sums_.end(), 1e-30) / static_cast<double>(kNumPitches);
  std::vector<float> values;
  values.reserve(kNumPitches);
  for (const double sum : sums_)
    values.push_back(static_cast<float>(std::log(sum / mean + kLogFloor)));
  return values;
}

std::vector<float> PitchProfile::mean_shares() const {
  std::vector<float> values;
  values.reserve(kNumPitches);
  for (const double sum : share_sums_)
    values.push_back(static_cast<float>(sum / static_cast<double>(count_)));
  return values;
}

std::vector<float> PitchProfile::chord_values() const {
  const auto count = static_cast<double>(count_);
  std::vector<float> values(kNumChordValues);
  for (std::size_t i = 0; i < chord_sums_.size(); ++i) {
    const double mean = chord_sums_[i] / count;
    const std::size_t column = i / kNumIntervals * 2 * kNumIntervals + i % kNumIntervals;
    values[column] = static_cast<float>(mean);
    values[column + kNumIntervals] =
        static_cast<float>(std::sqrt(std::max(0.0, chord_squares_[i] / count - mean * mean)));
  }
  return values;
}

}  // namespace mess::internal::acoustic
