// SPDX-License-Identifier: MIT
// Rhythm and harmony on sounds made here, whose truth is known.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "mess/analyze.h"
#include "mess/error.h"

namespace mess {
namespace {

constexpr int kRateHz = 22050;

AudioBuffer silence(double seconds) {
  return {.samples = std::vector<float>(static_cast<std::size_t>(seconds * kRateHz)),
          .sample_rate_hz = kRateHz,
          .num_channels = 1};
}

// The same numbers on every platform, in [-1, 1].
class Noise {
 public:
  float next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<float>(static_cast<double>(state_ >> 33) / static_cast<double>(1ULL << 30) - 1.0);
  }

 private:
  std::uint64_t state_ = 1;
};

void add_stroke(AudioBuffer& audio, double seconds, float amplitude, Noise& noise) {
  const auto first = static_cast<std::size_t>(seconds * kRateHz);
  for (std::size_t i = 0; i < 1500 && first + i < audio.samples.size(); ++i) {
    audio.samples[first + i] += amplitude * noise.next() * std::exp(-static_cast<float>(i) / 250.0f);
  }
}

void add_tone(AudioBuffer& audio, double seconds, double length_seconds, double hz, float amplitude) {
  const auto first = static_cast<std::size_t>(seconds * kRateHz);
  const auto count = static_cast<std::size_t>(length_seconds * kRateHz);
  for (std::size_t i = 0; i < count && first + i < audio.samples.size(); ++i) {
    const double t = static_cast<double>(i) / kRateHz;
    double value = 0.0;
    for (int harmonic = 1; harmonic <= 4; ++harmonic)
      value += std::sin(2.0 * std::numbers::pi * hz * harmonic * t) / harmonic;
    audio.samples[first + i] += amplitude * static_cast<float>(value * std::exp(-1.5 * t) * std::min(1.0, t * 100.0));
  }
}

AudioBuffer clicks(double bpm, double seconds = 30.0) {
  AudioBuffer audio = silence(seconds);
  Noise noise;
  for (double t = 0.5; t < seconds; t += 60.0 / bpm)
    add_stroke(audio, t, 0.5f, noise);
  return audio;
}

// I IV V I, a second each, `semitones` above C major or C minor, `cents` sharp.
AudioBuffer cadence(int semitones, bool is_minor, double cents = 0.0, float amplitude = 0.1f) {
  AudioBuffer audio = silence(24.0);
  const std::array<int, 4> roots{0, 5, 7, 0};
  for (int second = 0; second < 24; ++second) {
    const int root = roots[static_cast<std::size_t>(second % 4)];
    // The fifth step's chord is major in minor keys too: the leading note.
    const int third = is_minor && root != 7 ? 3 : 4;
    for (const int note : {root - 12, root, root + third, root + 7}) {
      const double hz = 261.6256 * std::exp2((note + semitones + cents / 100.0) / 12.0);
      add_tone(audio, second, 1.0, hz, amplitude);
    }
  }
  return audio;
}

TEST(Tempo, OfClicksIsTheirRateToATenth) {
  for (const double bpm :
       {41.0, 52.0, 66.0, 84.0, 100.0, 120.0, 127.3, 140.0, 150.0, 160.0, 176.0, 191.0, 208.0, 236.0}) {
    const Tempo tempo = analyze(clicks(bpm)).tempo;
    ASSERT_TRUE(tempo.bpm.has_value()) << bpm;
    EXPECT_NEAR(*tempo.bpm, bpm, 0.1);
    EXPECT_GT(tempo.confidence, 0.7) << bpm;
    double sum = 0.0;
    for (const TempoCandidate& candidate : tempo.candidates)
      sum += candidate.strength;
    EXPECT_NEAR(sum, 1.0, 1e-9);
    EXPECT_EQ(*tempo.bpm, tempo.candidates.front().bpm);
  }
}

// As many events, but of two kinds in turns: now there is a reason to group them.
TEST(Tempo, OfTwoSoundsInTurnsIsThatOfTheLowOne) {
  AudioBuffer audio = silence(30.0);
  Noise noise;
  for (double t = 0.5; t < 29.5; t += 60.0 / 100.0) {
    add_tone(audio, t, 0.1, 60.0, 0.4f);
    float last = 0.0f;
    for (std::size_t i = 0; i < 600; ++i) {
      // The difference of neighbours leaves next to nothing below 200 Hz.
      const float next = noise.next();
      audio.samples[static_cast<std::size_t>((t + 0.3) * kRateHz) + i] +=
          0.2f * (next - last) * std::exp(-static_cast<float>(i) / 150.0f);
      last = next;
    }
  }
  const Tempo tempo = analyze(audio).tempo;
  ASSERT_TRUE(tempo.bpm.has_value());
  EXPECT_NEAR(*tempo.bpm, 100.0, 0.2);
}

TEST(Beats, FallOnClicks) {
  const Analysis analysis = analyze(clicks(110.0));
  ASSERT_GT(analysis.beats.beats_seconds.size(), 20u);
  for (const double beat : analysis.beats.beats_seconds) {
    const double phase = std::remainder((beat - 0.5) * 110.0 / 60.0, 0.5);
    EXPECT_LT(std::abs(phase) * 60.0 / 110.0, 0.03) << beat;
  }
}

TEST(Beats, FollowATempoThatBends) {
  AudioBuffer audio = silence(40.0);
  Noise noise;
  std::vector<double> truth;
  for (double t = 0.5; t < 39.5;) {
    truth.push_back(t);
    add_stroke(audio, t, 0.5f, noise);
    t += 60.0 / (110.0 + 12.0 * std::sin(2.0 * std::numbers::pi * t / 10.0));
  }
  const Analysis analysis = analyze(audio);
  ASSERT_TRUE(analysis.tempo.bpm.has_value());
  std::size_t hits = 0;
  for (const double moment : truth) {
    for (const double beat : analysis.beats.beats_seconds)
      hits += std::abs(beat - moment) < 0.07 ? 1 : 0;
  }
  EXPECT_GT(static_cast<double>(hits), 0.9 * static_cast<double>(truth.size()));
}

TEST(Downbeats, AreWhereBassAndHarmonyChange) {
  for (const int beats_per_bar : {3, 4}) {
    AudioBuffer audio = silence(40.0);
    Noise noise;
    const std::array<double, 4> roots{130.81, 174.61, 196.0, 146.83};
    const double period = 0.5;
    int beat = 0;
    for (double t = 0.5; t < 39.0; t += period, ++beat) {
      add_stroke(audio, t, 0.15f, noise);
      if (beat % beats_per_bar == 0) {
        const double root = roots[static_cast<std::size_t>(beat / beats_per_bar % 4)];
        for (const double ratio : {0.5, 1.0, 1.26, 1.498})
          add_tone(audio, t, beats_per_bar * period, root * ratio, 0.12f);
      }
    }
    const Analysis analysis = analyze(audio);
    ASSERT_TRUE(analysis.beats.beats_per_bar.has_value());
    const double bar = beats_per_bar * period;
    ASSERT_GT(analysis.beats.downbeats_seconds.size(), 5u);
    for (const double downbeat : analysis.beats.downbeats_seconds) {
      EXPECT_LT(std::abs(std::remainder(downbeat - 0.5, bar)), 0.07) << beats_per_bar << ": " << downbeat;
    }
  }
}

TEST(Rhythm, OfWhatHasNoneIsUnknown) {
  AudioBuffer noise = silence(20.0);
  Noise source;
  for (float& sample : noise.samples)
    sample = 0.3f * source.next();
  AudioBuffer click = silence(20.0);
  add_stroke(click, 7.0, 0.8f, source);
  AudioBuffer dc = silence(20.0);
  for (float& sample : dc.samples)
    sample = 0.5f;
  AudioBuffer pad = silence(20.0);
  for (std::size_t i = 0; i < pad.samples.size(); ++i) {
    const double t = static_cast<double>(i) / kRateHz;
    pad.samples[i] =
        static_cast<float>(0.2 * std::sin(2 * std::numbers::pi * 220.0 * t) * (1.0 + 0.3 * std::sin(0.8 * t)));
  }
  for (const AudioBuffer& audio : {silence(20.0), noise, click, dc, pad}) {
    const Analysis analysis = analyze(audio);
    EXPECT_FALSE(analysis.tempo.bpm.has_value());
    EXPECT_EQ(analysis.tempo.confidence, 0.0);
    EXPECT_TRUE(analysis.tempo.candidates.empty());
    EXPECT_TRUE(analysis.beats.beats_seconds.empty());
    EXPECT_FALSE(analysis.beats.beats_per_bar.has_value());
    EXPECT_EQ(analysis.regularity, 0.0);
  }
  EXPECT_THROW(analyze(silence(0.0)), InvalidArgument);
  EXPECT_FALSE(analyze(noise).key.key.has_value());
  EXPECT_FALSE(analyze(dc).key.key.has_value());
  EXPECT_FALSE(analyze(silence(20.0)).key.key.has_value());
  EXPECT_EQ(analyze(silence(20.0)).key.confidence, 0.0);
}

TEST(Key, OfCadencesIsFoundInEveryKeyAndTuning) {
  for (int tonic = 0; tonic < 12; ++tonic) {
    for (const bool is_minor : {false, true}) {
      for (const double cents : {0.0, 35.0, -30.0}) {
        const KeyEstimate estimate = analyze(cadence(tonic, is_minor, cents)).key;
        ASSERT_TRUE(estimate.key.has_value());
        EXPECT_EQ(estimate.key->tonic_pitch_class, tonic) << is_minor << " " << cents;
        EXPECT_EQ(estimate.key->is_minor, is_minor) << tonic << " " << cents;
        EXPECT_NEAR(estimate.tuning_cents, cents, 8.0);
        EXPECT_GT(estimate.confidence, 0.3);
        EXPECT_NE(estimate.runner_up->name, estimate.key->name);
      }
    }
  }
}

TEST(Key, OfPartsFollowsAModulation) {
  AudioBuffer audio = cadence(0, false);
  for (const int semitones : {0, 2, 2}) {
    const AudioBuffer more = cadence(semitones, false);
    audio.samples.insert(audio.samples.end(), more.samples.begin(), more.samples.end());
  }
  const KeyEstimate estimate = analyze(audio).key;
  ASSERT_GE(estimate.segments.size(), 2u);
  EXPECT_EQ(estimate.segments.front().key.name, "C major");
  EXPECT_EQ(estimate.segments.back().key.name, "D major");
  EXPECT_NEAR(estimate.segments.back().end_seconds, 96.0, 0.1);
}

TEST(Analysis, DoesNotHearGain) {
  AudioBuffer loud = cadence(4, true);
  Noise noise;
  for (double t = 0.25; t < 24.0; t += 0.5)
    add_stroke(loud, t, 0.2f, noise);
  AudioBuffer quiet = loud;
  for (float& sample : quiet.samples)
    sample *= 0.1f;
  const Analysis a = analyze(loud);
  const Analysis b = analyze(quiet);
  EXPECT_NEAR(*a.tempo.bpm, *b.tempo.bpm, 0.05);
  EXPECT_EQ(a.key.key->name, b.key.key->name);
  EXPECT_NEAR(a.brightness, b.brightness, 1e-3);
  EXPECT_NEAR(*a.loudness.integrated_lufs - 20.0, *b.loudness.integrated_lufs, 0.01);
}

TEST(Analysis, DoesNotHearSilenceAtTheEnd) {
  AudioBuffer audio = clicks(120.0);
  const Analysis before = analyze(audio);
  audio.samples.resize(audio.samples.size() + 10 * kRateHz);
  const Analysis after = analyze(audio);
  EXPECT_NEAR(*before.tempo.bpm, *after.tempo.bpm, 0.1);
  EXPECT_NEAR(static_cast<double>(before.beats.beats_seconds.size()),
              static_cast<double>(after.beats.beats_seconds.size()), 1.0);
}

TEST(Key, DoesNotHearSilenceAtTheEnd) {
  AudioBuffer audio = cadence(7, true);
  const KeyEstimate before = analyze(audio).key;
  audio.samples.resize(audio.samples.size() + 10 * kRateHz);
  const KeyEstimate after = analyze(audio).key;
  EXPECT_EQ(after.key->name, before.key->name);
  EXPECT_NEAR(after.confidence, before.confidence, 0.05);
  EXPECT_NEAR(after.tuning_cents, before.tuning_cents, 1.0);
}

// Chords change on the beat, strokes of the same strength fall on it and between: only harmony tells which is which.
TEST(Beats, FallWhereTheHarmonyChanges) {
  AudioBuffer audio = silence(40.0);
  Noise noise;
  const std::array<double, 4> roots{130.81, 174.61, 196.0, 146.83};
  const double period = 60.0 / 100.0;
  for (int half = 0; 0.5 + half * period / 2 < 39.0; ++half) {
    add_stroke(audio, 0.5 + half * period / 2, half % 2 == 0 ? 0.2f : 0.3f, noise);
    if (half % 4 == 0) {
      for (const double ratio : {1.0, 1.26, 1.498})
        add_tone(audio, 0.5 + half * period / 2, 2 * period, roots[static_cast<std::size_t>(half / 4 % 4)] * ratio,
                 0.2f);
    }
  }
  const Analysis analysis = analyze(audio);
  ASSERT_TRUE(analysis.tempo.bpm.has_value());
  ASSERT_NEAR(*analysis.tempo.bpm, 100.0, 1.0);
  std::size_t hits = 0;
  for (const double beat : analysis.beats.beats_seconds)
    hits += std::abs(std::remainder(beat - 0.5, period)) < 0.07 ? 1 : 0;
  EXPECT_GT(static_cast<double>(hits), 0.9 * static_cast<double>(analysis.beats.beats_seconds.size()));
}

TEST(Words, SayWhatTheRulesSay) {
  const Analysis analysis = analyze(silence(5.0));
  EXPECT_EQ(analysis.words, std::vector<std::string>{"silent"});
  const Analysis minor = analyze(cadence(9, true));
  EXPECT_NE(std::find(minor.words.begin(), minor.words.end(), "minor"), minor.words.end());
  EXPECT_TRUE(minor.mood == "sad" || minor.mood == "tense");
}

}  // namespace
}  // namespace mess
