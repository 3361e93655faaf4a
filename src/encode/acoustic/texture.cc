// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/texture.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace mess::internal::acoustic {
namespace {

constexpr double kRolloffShare = 0.85;

// Centroid and roll-off in octaves (log2 of Hz: an octave counts the same everywhere) and log flatness, from mel bands.
void describe_shape(const Cepstrum& cepstrum, std::span<float> out) {
  double total = 0.0;
  double weighted = 0.0;
  double logs = 0.0;
  for (std::size_t i = 0; i < Cepstrum::kNumBands; ++i) {
    const double power = static_cast<double>(cepstrum.bands()[i]) + 1e-20;
    total += power;
    weighted += power * std::log2(cepstrum.centres_hz()[i]);
    logs += std::log(power);
  }
  double running = 0.0;
  std::size_t rolloff = 0;
  while (rolloff + 1 < Cepstrum::kNumBands && (running += cepstrum.bands()[rolloff] + 1e-20) < kRolloffShare * total)
    ++rolloff;
  const auto count = static_cast<double>(Cepstrum::kNumBands);
  out[0] = static_cast<float>(weighted / total);
  out[1] = static_cast<float>(std::log2(cepstrum.centres_hz()[rolloff]));
  out[2] = static_cast<float>(logs / count - std::log(total / count));
}

}  // namespace

void Texture::add(const Cepstrum& cepstrum, const SpectralContrast& contrast) {
  auto& row = rows_.emplace_back();
  std::copy(cepstrum.coefficients().begin() + 1, cepstrum.coefficients().end(), row.begin());
  for (std::size_t i = 0; i < SpectralContrast::kNumBands; ++i) {
    row[kNumMfcc + i] = contrast.values()[2 * i] - contrast.values()[2 * i + 1];
  }
  describe_shape(cepstrum, std::span(row).last(3));
  if (rows_.size() < kRowsPerFrame)
    return;
  describe();
  rows_.erase(rows_.begin(), rows_.begin() + kRowsPerHop);
}

void Texture::describe() {
  const std::size_t first = frames_.size();
  frames_.resize(first + kDim);
  const auto count = static_cast<double>(rows_.size());
  for (std::size_t d = 0; d < kNumFeatures; ++d) {
    double sum = 0.0;
    double steps = 0.0;
    for (std::size_t t = 0; t < rows_.size(); ++t) {
      sum += rows_[t][d];
      if (t > 0)
        steps += std::abs(static_cast<double>(rows_[t][d]) - rows_[t - 1][d]);
    }
    const double mean = sum / count;
    double squares = 0.0;
    for (const auto& row : rows_)
      squares += (row[d] - mean) * (row[d] - mean);
    frames_[first + d] = static_cast<float>(mean);
    frames_[first + kNumFeatures + d] = static_cast<float>(std::sqrt(squares / count));
    frames_[first + 2 * kNumFeatures + d] = static_cast<float>(rows_.size() > 1 ? steps / (count - 1.0) : 0.0);
  }
}

std::vector<float> Texture::finish() {
  if (frames_.empty() || rows_.size() > kRowsPerFrame - kRowsPerHop)
    describe();
  return std::move(frames_);
}

}  // namespace mess::internal::acoustic
