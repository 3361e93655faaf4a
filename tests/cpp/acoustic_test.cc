// SPDX-License-Identifier: MIT
// The parts of the acoustic track vector, against closed forms and slow but plain ways to compute the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "src/encode/acoustic/features_session.h"

namespace mess::internal::acoustic {
namespace {

std::vector<float> noise(std::size_t count, float level, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-level, level);
  std::vector<float> samples(count);
  for (float& sample : samples)
    sample = uniform(random);
  return samples;
}

std::vector<float> sine(double hz, double seconds, double level) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * kSampleRateHz));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] =
        static_cast<float>(level * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRateHz));
  }
  return samples;
}

TEST(AcousticGaussian, LogOfIndependentRowsIsTheLogOfTheirVariances) {
  // Four corners of a box: variances 4 and 9, no covariance.
  Gaussian gaussian(2);
  for (const float x : {-2.0f, 2.0f}) {
    for (const float y : {-3.0f, 3.0f})
      gaussian.add(std::array{100.0f + x, -50.0f + y});
  }
  const std::vector<float> log = gaussian.log_covariance(0.0);
  EXPECT_NEAR(log[0], std::log(4.0), 1e-6);
  EXPECT_NEAR(log[1], 0.0, 1e-6);
  EXPECT_NEAR(log[2], std::log(9.0), 1e-6);
}

TEST(AcousticGaussian, OffDiagonalValuesCountTwiceInTheDistance) {
  // Along the diagonal: eigenvalues 2 and 0, ridge 1, so that the log is ln 3 / 2 everywhere.
  Gaussian gaussian(2);
  gaussian.add(std::array{1.0f, 1.0f});
  gaussian.add(std::array{-1.0f, -1.0f});
  const std::vector<float> log = gaussian.log_covariance(1.0);
  EXPECT_NEAR(log[0], std::log(3.0) / 2.0, 1e-6);
  EXPECT_NEAR(log[1], std::numbers::sqrt2 * std::log(3.0) / 2.0, 1e-6);
  EXPECT_NEAR(log[2], std::log(3.0) / 2.0, 1e-6);
}

TEST(AcousticGaussian, EmbeddingAtItsOwnMeanHoldsTheCovarianceAlone) {
  Gaussian gaussian(1);
  gaussian.add(std::array{5.0f});
  gaussian.add(std::array{9.0f});
  const std::vector<float> log = gaussian.log_embedding(0.0, std::array{7.0});
  EXPECT_NEAR(log[0], std::log(4.0), 1e-6);
  EXPECT_NEAR(log[1], 0.0, 1e-6);
  EXPECT_NEAR(log[2], 0.0, 1e-6);
  EXPECT_GT(std::abs(gaussian.log_embedding(0.0, std::array{0.0})[1]), 0.1f);
}

TEST(AcousticContrast, AgreesWithSorting) {
  PowerSpectrum spectrum(2048);
  spectrum.compute(noise(2048, 0.5f));
  SpectralContrast contrast(2048);
  contrast.compute(spectrum);
  // The band from 200 to 400 Hz.
  std::vector<float> band(spectrum.power().begin() + 18, spectrum.power().begin() + 38);
  std::sort(band.begin(), band.end());
  EXPECT_NEAR(contrast.values()[2], std::log(std::accumulate(band.end() - 4, band.end(), 0.0f) / 4), 1e-3);
  EXPECT_NEAR(contrast.values()[3], std::log(std::accumulate(band.begin(), band.begin() + 4, 0.0f) / 4), 1e-3);
}

TEST(AcousticContrast, IsFiniteForSilence) {
  PowerSpectrum spectrum(2048);
  spectrum.compute(std::vector<float>(2048, 0.0f));
  SpectralContrast contrast(2048);
  contrast.compute(spectrum);
  for (const float value : contrast.values())
    EXPECT_TRUE(std::isfinite(value));
}

TEST(AcousticModulation, PeaksAtTheRateOfTheBeats) {
  constexpr double kBeatsPerSecond = 4.0;
  std::vector<float> samples = noise(std::size_t{20} * kSampleRateHz, 0.5f);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double beats = kBeatsPerSecond * static_cast<double>(i) / kSampleRateHz;
    samples[i] *= static_cast<float>(std::exp(-6.0 * (beats - std::floor(beats))));
  }
  PowerSpectrum spectrum(2048);
  ModulationSpectrum rhythm(2048);
  for (std::size_t start = 0; start + 2048 <= samples.size(); start += 512) {
    spectrum.compute(std::span(samples).subspan(start, 2048));
    rhythm.add(spectrum, 100.0);
  }
  const std::vector<float> values = rhythm.values();
  ASSERT_EQ(values.size(), ModulationSpectrum::kNumValues);
  for (std::size_t band = 0; band < ModulationSpectrum::kNumBands; ++band) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(band * ModulationSpectrum::kNumRates);
    const auto peak = std::max_element(first, first + ModulationSpectrum::kNumRates) - first;
    const double hz = static_cast<double>(peak + 2) * kSampleRateHz / 512.0 / 256.0;
    EXPECT_NEAR(std::remainder(hz, kBeatsPerSecond), 0.0, 0.2) << hz;
    EXPECT_NEAR(std::inner_product(first, first + ModulationSpectrum::kNumRates, first, 0.0), 1.0, 1e-5);
  }
}

TEST(AcousticPitch, FindsTheNoteAndTheOctave) {
  PitchProfile profile;
  const std::vector<float> a4 = sine(440.0, 1.0, 0.5);
  profile.add_block(std::span(a4).first(PitchProfile::kBlockSize));
  const std::vector<float> pitches = profile.log_means();
  EXPECT_EQ(std::max_element(pitches.begin(), pitches.end()) - pitches.begin(), 45);  // semitones from C1 to A4
}

TEST(AcousticPitch, ChordValuesStayUnderTransposition) {
  const auto chord_at = [](double root_hz) {
    PitchProfile profile;
    std::vector<float> chord(PitchProfile::kBlockSize);
    for (const int semitones : {0, 4, 7}) {
      const std::vector<float> note = sine(root_hz * std::exp2(semitones / 12.0), 0.5, 0.2);
      for (std::size_t i = 0; i < chord.size(); ++i)
        chord[i] += note[i];
    }
    profile.add_block(chord);
    return profile.chord_values();
  };
  const std::vector<float> c = chord_at(523.2511);
  const std::vector<float> e = chord_at(659.2551);
  for (std::size_t i = 0; i < c.size(); ++i)
    EXPECT_NEAR(c[i], e[i], 0.05) << i;
}

TEST(AcousticDynamics, PercentilesAreDistancesInDecibel) {
  Dynamics dynamics;
  for (int i = 0; i <= 1000; ++i)
    dynamics.add(std::pow(10.0, (-60.0 + 0.04 * i) / 10.0));  // -60 to -20 dB
  const std::vector<float> values = dynamics.values();
  EXPECT_NEAR(values[0], -18.0, 0.01);  // 5 %
  EXPECT_NEAR(values[5], 18.0, 0.01);   // 95 %
  EXPECT_NEAR(values[6], 0.04, 1e-4);
  EXPECT_NEAR(values[7], 40.0 / std::sqrt(12.0), 0.02);
}

TEST(AcousticSilence, EndsAtSoundAndIsRelativeToTheLoudest) {
  SilenceGate gate(1e-9);
  EXPECT_FALSE(gate.is_sounding(1e-10));
  EXPECT_TRUE(gate.is_sounding(1e-6));
  EXPECT_TRUE(gate.is_sounding(1.0));
  EXPECT_FALSE(gate.is_sounding(0.9e-6));
}

TEST(AcousticFeatures, SilenceHasNone) {
  FeaturesSession session;
  session.push(std::vector<float>(30000, 0.0f));
  session.finish();
  EXPECT_TRUE(session.track_features().empty());
  EXPECT_FALSE(session.take_frames().empty());
}

TEST(AcousticFeatures, HaveTheSizesOfTheLayout) {
  FeaturesSession session;
  session.push(noise(50000, 0.3f));
  session.finish();
  const std::vector<float> features = session.track_features();
  EXPECT_EQ(features.size(), num_track_features());
  EXPECT_TRUE(std::all_of(features.begin(), features.end(), [](float value) { return std::isfinite(value); }));
}

}  // namespace
}  // namespace mess::internal::acoustic
