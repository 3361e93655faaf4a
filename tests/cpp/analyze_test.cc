// SPDX-License-Identifier: MIT
#include "mess/analyze.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "mess/error.h"

namespace mess {
namespace {

AudioBuffer sine(double hz, double dbfs, double seconds, int sample_rate_hz, int num_channels) {
  AudioBuffer audio{.samples = {}, .sample_rate_hz = sample_rate_hz, .num_channels = num_channels};
  const auto num_frames = static_cast<std::size_t>(seconds * sample_rate_hz);
  const double amplitude = std::pow(10.0, dbfs / 20.0);
  for (int c = 0; c < num_channels; ++c) {
    for (std::size_t i = 0; i < num_frames; ++i) {
      audio.samples.push_back(static_cast<float>(
          amplitude * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / sample_rate_hz)));
    }
  }
  return audio;
}

void append(AudioBuffer& mono, const AudioBuffer& more) {
  mono.samples.insert(mono.samples.end(), more.samples.begin(), more.samples.end());
}

// EBU Tech 3341, case 1 and 2: a stereo 1 kHz sine at -23 and -33 dBFS reads -23.0 and -33.0 LUFS.
TEST(Analyze, ReadsTheEbuReferenceTones) {
  for (const int rate : {44100, 48000, 96000}) {
    EXPECT_NEAR(*analyze(sine(1000.0, -23.0, 20.0, rate, 2)).loudness.integrated_lufs, -23.0, 0.1) << rate;
    EXPECT_NEAR(*analyze(sine(1000.0, -33.0, 20.0, rate, 2)).loudness.integrated_lufs, -33.0, 0.1) << rate;
  }
}

// EBU Tech 3341, case 3: quiet parts around a loud one are gated away. Here mono, so 3 LU lower.
TEST(Analyze, GatesQuietParts) {
  AudioBuffer audio = sine(1000.0, -36.0, 10.0, 48000, 1);
  append(audio, sine(1000.0, -23.0, 60.0, 48000, 1));
  append(audio, sine(1000.0, -36.0, 10.0, 48000, 1));
  EXPECT_NEAR(*analyze(audio).loudness.integrated_lufs, -26.0, 0.1);
}

TEST(Analyze, CountsSurroundMoreAndTheLfeNot) {
  AudioBuffer surround = sine(1000.0, -26.0, 10.0, 48000, 6);
  const double expected_power = 3.0 + 2.0 * 1.41;  // three fronts, two surrounds, no LFE
  EXPECT_NEAR(*analyze(surround).loudness.integrated_lufs, -26.0 - 3.01 + 10.0 * std::log10(expected_power), 0.1);
}

// EBU Tech 3341, case 6: a 5.0 signal whose fronts, centre and surrounds differ reads -23 LUFS.
TEST(Analyze, WeighsTheChannelsOfTheEbuSurroundSignal) {
  AudioBuffer audio{.samples = {}, .sample_rate_hz = 48000, .num_channels = 5};
  for (const double dbfs : {-28.0, -28.0, -24.0, -30.0, -30.0}) {
    const AudioBuffer channel = sine(1000.0, dbfs, 20.0, 48000, 1);
    audio.samples.insert(audio.samples.end(), channel.samples.begin(), channel.samples.end());
  }
  EXPECT_NEAR(*analyze(audio).loudness.integrated_lufs, -23.0, 0.1);
}

TEST(Analyze, ReadsThePeak) { EXPECT_NEAR(analyze(sine(1000.0, -6.0, 1.0, 48000, 1)).loudness.peak_dbfs, -6.0, 0.01); }

TEST(Analyze, SilenceIsSilentAndHasNoLoudness) {
  const AudioBuffer silence{.samples = std::vector<float>(48000 * 2), .sample_rate_hz = 48000, .num_channels = 1};
  const Analysis analysis = analyze(silence);
  EXPECT_TRUE(analysis.is_silent);
  EXPECT_FALSE(analysis.loudness.integrated_lufs.has_value());
  EXPECT_TRUE(std::isinf(analysis.loudness.peak_dbfs) && analysis.loudness.peak_dbfs < 0);
  EXPECT_EQ(analysis.sounding.start_seconds, analysis.sounding.end_seconds);
}

TEST(Analyze, FindsWhereItSounds) {
  AudioBuffer audio{.samples = std::vector<float>(48000), .sample_rate_hz = 48000, .num_channels = 1};
  append(audio, sine(500.0, -12.0, 2.0, 48000, 1));
  audio.samples.resize(48000 * 5);
  const Analysis analysis = analyze(audio);
  EXPECT_NEAR(analysis.sounding.start_seconds, 1.0, 0.1);
  EXPECT_NEAR(analysis.sounding.end_seconds, 3.0, 0.1);
  EXPECT_NEAR(analysis.duration_seconds, 5.0, 1e-9);
  EXPECT_FALSE(analysis.is_silent);
}

TEST(Analyze, TakesShortAudio) {
  const Analysis analysis = analyze(sine(500.0, -6.0, 0.05, 48000, 1));
  EXPECT_FALSE(analysis.loudness.integrated_lufs.has_value());
  EXPECT_FALSE(analysis.is_silent);
  EXPECT_LE(analysis.sounding.end_seconds, 0.05 + 1e-9);
}

TEST(Analyze, RefusesRatesAndChannelsOutOfRange) {
  EXPECT_THROW(analyze(AudioView({}, 100, 1)), InvalidArgument);
  EXPECT_THROW(analyze(AudioView({}, 48000, 9)), InvalidArgument);
}

}  // namespace
}  // namespace mess
