// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/track_features.h"

#include <array>
#include <cmath>

namespace mess::internal::acoustic {
namespace {

constexpr std::size_t kDeltaSteps = 2;
// Ridges: variances below these are rounding, noise of lossy encoders, or a constant sound.
constexpr double kMfccRidge = 1e-4;
constexpr double kDeltaRidge = 1e-3;
constexpr double kContrastRidge = 1e-2;

void append(std::vector<float>& values, const std::vector<float>& more) {
  values.insert(values.end(), more.begin(), more.end());
}

}  // namespace

TrackFeatures::TrackFeatures(const PowerSpectrum& spectrum)
    : full_scale_power_(spectrum.mean_power_of(1.0)),
      gate_(spectrum.mean_power_of(SilenceGate::kFloorMeanSquare)),
      rhythm_(spectrum.block_size()) {}

bool TrackFeatures::add_spectrum(const PowerSpectrum& spectrum) {
  if (!gate_.is_sounding(spectrum.mean_power())) {
    rhythm_.add_silence();
    last_cepstra_.clear();
    return false;
  }
  dynamics_.add(spectrum.mean_power() / full_scale_power_);
  rhythm_.add(spectrum, gate_.loudest());
  return true;
}

void TrackFeatures::add_cepstrum(const Cepstrum& cepstrum) {
  const Cepstrum::Row& row = cepstrum.coefficients();
  mfcc_.add(std::span(row).first(kNumTrackMfcc));
  if (last_cepstra_.size() == kDeltaSteps) {
    std::array<float, kNumDeltaMfcc> delta;
    for (std::size_t i = 0; i < kNumDeltaMfcc; ++i)
      delta[i] = row[i] - last_cepstra_.front()[i];
    delta_.add(delta);
    last_cepstra_.erase(last_cepstra_.begin());
  }
  last_cepstra_.push_back(row);
}

std::vector<float> TrackFeatures::values() const {
  if (mfcc_.count() == 0 || pitches_.count() == 0)
    return {};
  // The level of the track moves coefficient 0 alone: measured from there it is gone.
  std::array<double, kNumTrackMfcc> origin{};
  origin[0] = Cepstrum::level_step() * std::log(dynamics_.mean_square() * full_scale_power_);
  std::vector<float> values = mfcc_.log_embedding(kMfccRidge, origin);
  append(values, delta_.log_covariance(kDeltaRidge));
  append(values, contrast_.log_covariance(kContrastRidge));
  append(values, rhythm_.values());
  append(values, pitches_.log_means());
  append(values, pitches_.mean_shares());
  append(values, pitches_.chord_values());
  append(values, dynamics_.values());
  return values;
}

}  // namespace mess::internal::acoustic
