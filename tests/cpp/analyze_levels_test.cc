// SPDX-License-Identifier: MIT
// Loudness range and true peak by the EBU's reference signals, made here; endings and the waveform.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "mess/analyze.h"

namespace mess {
namespace {

constexpr int kRateHz = 48000;

// Stereo 1 kHz tones, one after the other: {dBFS, seconds}.
AudioBuffer tones(const std::vector<std::pair<double, double>>& parts) {
  std::vector<float> channel;
  for (const auto& [dbfs, seconds] : parts) {
    const double amplitude = std::pow(10.0, dbfs / 20.0);
    const auto end = channel.size() + static_cast<std::size_t>(seconds * kRateHz);
    while (channel.size() < end) {
      const double turns = 1000.0 * static_cast<double>(channel.size()) / kRateHz;
      channel.push_back(static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * turns)));
    }
  }
  AudioBuffer audio{.samples = channel, .sample_rate_hz = kRateHz, .num_channels = 2};
  audio.samples.insert(audio.samples.end(), channel.begin(), channel.end());
  return audio;
}

// EBU Tech 3342, cases 1 to 4.
TEST(LoudnessRange, ReadsTheEbuReferenceSignals) {
  EXPECT_NEAR(*analyze(tones({{-20, 20}, {-30, 20}})).loudness.range_lu, 10.0, 1.0);
  EXPECT_NEAR(*analyze(tones({{-20, 20}, {-15, 20}})).loudness.range_lu, 5.0, 1.0);
  EXPECT_NEAR(*analyze(tones({{-40, 20}, {-20, 20}})).loudness.range_lu, 20.0, 1.0);
  EXPECT_NEAR(*analyze(tones({{-50, 20}, {-35, 20}, {-20, 20}, {-35, 20}, {-50, 20}})).loudness.range_lu, 15.0, 1.0);
}

// EBU Tech 3341, cases 3 to 5.
TEST(Loudness, ReadsTheEbuGatingSignals) {
  EXPECT_NEAR(*analyze(tones({{-36, 10}, {-23, 60}, {-36, 10}})).loudness.integrated_lufs, -23.0, 0.1);
  EXPECT_NEAR(*analyze(tones({{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}})).loudness.integrated_lufs, -23.0,
              0.1);
  EXPECT_NEAR(*analyze(tones({{-26, 20}, {-20, 20.1}, {-26, 20}})).loudness.integrated_lufs, -23.0, 0.1);
}

TEST(LoudnessRange, IsUnknownUnderThreeSeconds) {
  EXPECT_FALSE(analyze(tones({{-20, 2.9}})).loudness.range_lu.has_value());
}

// EBU Tech 3341, cases 15 to 18: sines of a fourth, sixth and eighth of the rate whose samples miss the top.
TEST(TruePeak, FindsTopsBetweenSamples) {
  struct Case {
    double divisor, phase_degrees, amplitude, expected_db;
  };
  for (const Case& c : {Case{4, 0, 0.5, -6.0}, Case{4, 45, 0.5, -6.0}, Case{6, 60, 0.5, -6.0}, Case{8, 67.5, 0.5, -6.0},
                        Case{4, 45, 1.41, 3.0}}) {
    AudioBuffer audio{.samples = std::vector<float>(kRateHz), .sample_rate_hz = kRateHz, .num_channels = 1};
    for (std::size_t i = 0; i < audio.samples.size(); ++i) {
      const double angle = 2.0 * std::numbers::pi * (static_cast<double>(i) / c.divisor + c.phase_degrees / 360.0);
      // Faded in, as in the reference: a sudden start is a peak of its own.
      const double fade = std::min(1.0, static_cast<double>(i) / 4800.0);
      audio.samples[i] = static_cast<float>(fade * c.amplitude * std::sin(angle));
    }
    const Loudness loudness = analyze(audio).loudness;
    EXPECT_LE(loudness.true_peak_dbtp, c.expected_db + 0.2) << c.divisor << " " << c.phase_degrees;
    EXPECT_GE(loudness.true_peak_dbtp, c.expected_db - 0.4) << c.divisor << " " << c.phase_degrees;
    EXPECT_GE(loudness.true_peak_dbtp, loudness.peak_dbfs);
  }
}

TEST(Levels, DoNotDependOnHowTheAudioArrives) {
  const AudioBuffer audio = tones({{-20, 3.3}, {-30, 2.7}});
  const Loudness whole = analyze(audio).loudness;
  Analyzer analyzer;
  AudioSink* levels = analyzer.sinks().front();
  levels->begin({kRateHz, 2});
  std::vector<float> chunk;
  for (std::size_t first = 0, size = 1; first < audio.num_frames(); first += size, size = size * 3 % 9973 + 1) {
    const std::size_t count = std::min(size, audio.num_frames() - first);
    chunk.clear();
    for (int c = 0; c < 2; ++c) {
      const auto part = audio.channel(c).subspan(first, count);
      chunk.insert(chunk.end(), part.begin(), part.end());
    }
    levels->push(chunk);
  }
  const Loudness pieces = analyzer.finish().loudness;
  EXPECT_NEAR(*pieces.integrated_lufs, *whole.integrated_lufs, 1e-5);
  EXPECT_EQ(pieces.true_peak_dbtp, whole.true_peak_dbtp);
}

TEST(Ending, TellsAFadeOutFromAColdEnd) {
  EXPECT_FALSE(analyze(tones({{-20, 20}})).fade_out_seconds.has_value());
  EXPECT_FALSE(analyze(tones({{-20, 20}, {-50, 2}})).fade_out_seconds.has_value());
  AudioBuffer audio = tones({{-12, 30}});
  for (int c = 0; c < 2; ++c) {
    for (std::size_t i = 20 * kRateHz; i < audio.num_frames(); ++i) {
      const double seconds = static_cast<double>(i) / kRateHz - 20.0;
      audio.samples[static_cast<std::size_t>(c) * audio.num_frames() + i] *=
          static_cast<float>(std::pow(10.0, -4.0 * seconds / 20.0));
    }
  }
  const Analysis analysis = analyze(audio);
  ASSERT_TRUE(analysis.fade_out_seconds.has_value());
  EXPECT_NEAR(*analysis.fade_out_seconds, 20.0, 1.5);
}

TEST(Outline, HasEqualPiecesAndOneLevelPerSecond) {
  const Analysis analysis = analyze(tones({{-6, 10}, {-26, 10.5}}));
  ASSERT_EQ(analysis.energy_dbfs.size(), 21u);
  EXPECT_NEAR(analysis.energy_dbfs[3], -9.0, 0.1);
  EXPECT_NEAR(analysis.energy_dbfs[15], -29.0, 0.1);
  ASSERT_GE(analysis.waveform.size(), 500u);
  ASSERT_LE(analysis.waveform.size(), 1000u);
  EXPECT_NEAR(analysis.waveform.front().highest, 0.501f, 0.01f);
  EXPECT_NEAR(analysis.waveform.front().lowest, -0.501f, 0.01f);
  EXPECT_NEAR(analysis.waveform.back().highest, 0.0501f, 0.001f);
}

}  // namespace
}  // namespace mess
