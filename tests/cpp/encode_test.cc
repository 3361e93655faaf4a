// SPDX-License-Identifier: MIT
#include "mess/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "mess/error.h"

namespace mess {
namespace {

AudioBuffer noise(double seconds, int sample_rate_hz, int num_channels = 1, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-0.3f, 0.3f);
  AudioBuffer audio{.samples = {}, .sample_rate_hz = sample_rate_hz, .num_channels = num_channels};
  audio.samples.resize(static_cast<std::size_t>(seconds * sample_rate_hz) * static_cast<std::size_t>(num_channels));
  for (float& sample : audio.samples)
    sample = uniform(random);
  return audio;
}

AudioBuffer sine(double hz, double seconds, int sample_rate_hz) {
  AudioBuffer audio{.samples = {}, .sample_rate_hz = sample_rate_hz, .num_channels = 1};
  audio.samples.resize(static_cast<std::size_t>(seconds * sample_rate_hz));
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    audio.samples[i] =
        0.5f * static_cast<float>(std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / sample_rate_hz));
  }
  return audio;
}

double largest_difference(const Frames& a, const Frames& b) {
  EXPECT_EQ(a.values.size(), b.values.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < std::min(a.values.size(), b.values.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a.values[i]) - b.values[i]));
  }
  return largest;
}

double distance(const Frames& a, const Frames& b) {
  double sum = 0.0;
  for (std::size_t d = 0; d < a.dim; ++d) {
    double mean_a = 0.0;
    double mean_b = 0.0;
    for (std::size_t t = 0; t < a.num_frames; ++t)
      mean_a += a.row(t)[d] / static_cast<double>(a.num_frames);
    for (std::size_t t = 0; t < b.num_frames; ++t)
      mean_b += b.row(t)[d] / static_cast<double>(b.num_frames);
    sum += (mean_a - mean_b) * (mean_a - mean_b);
  }
  return std::sqrt(sum);
}

class EveryEncoder : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Encoder> encoder_ = make_encoder(GetParam());
};

TEST_P(EveryEncoder, GivesFramesOfItsDimension) {
  const Frames frames = encoder_->encode(noise(5.0, encoder_->input_format().sample_rate_hz));
  EXPECT_EQ(frames.dim, encoder_->dim());
  EXPECT_EQ(frames.values.size(), frames.num_frames * frames.dim);
  EXPECT_EQ(frames.encoder_id, encoder_->id());
  EXPECT_NEAR(static_cast<double>(frames.num_frames) * frames.hop_seconds, 5.0, 1.0);
}

TEST_P(EveryEncoder, IsDeterministicToTheBit) {
  const AudioBuffer audio = noise(3.0, encoder_->input_format().sample_rate_hz);
  const Frames first = encoder_->encode(audio);
  const Frames second = encoder_->encode(audio);
  EXPECT_EQ(first.values, second.values);
  EXPECT_EQ(first.track_values, second.track_values);
}

TEST_P(EveryEncoder, DoesNotDependOnTheSizeOfTheChunks) {
  const AudioBuffer audio = noise(3.0, encoder_->input_format().sample_rate_hz);
  const Frames whole = encoder_->encode(audio);
  for (const std::size_t chunk : {1u, 77u, 5000u}) {
    const auto session = encoder_->start();
    session->begin(encoder_->input_format());
    for (std::size_t start = 0; start < audio.samples.size(); start += chunk) {
      session->push(std::span(audio.samples).subspan(start, std::min(chunk, audio.samples.size() - start)));
    }
    const Frames chunked = session->finish();
    EXPECT_EQ(chunked.values, whole.values) << chunk;
    EXPECT_EQ(chunked.track_values, whole.track_values) << chunk;
  }
}

TEST_P(EveryEncoder, GivesAFiniteFrameForOneSampleAndForSilence) {
  const int rate = encoder_->input_format().sample_rate_hz;
  for (const std::size_t count : {std::size_t{1}, std::size_t{100}, static_cast<std::size_t>(rate) * 3}) {
    const AudioBuffer silence{.samples = std::vector<float>(count, 0.0f), .sample_rate_hz = rate, .num_channels = 1};
    const Frames frames = encoder_->encode(silence);
    EXPECT_GE(frames.num_frames, 1u);
    EXPECT_TRUE(std::all_of(frames.values.begin(), frames.values.end(), [](float v) { return std::isfinite(v); }));
    EXPECT_TRUE(std::all_of(frames.track_values.begin(), frames.track_values.end(), [](float v) { return v == 0.0f; }));
  }
}

TEST_P(EveryEncoder, ConvertsOtherRatesAndChannels) {
  const int rate = encoder_->input_format().sample_rate_hz;
  const Frames from_stereo = encoder_->encode(noise(2.0, rate * 2, 2));
  EXPECT_EQ(from_stereo.dim, encoder_->dim());
  EXPECT_NEAR(static_cast<double>(from_stereo.num_frames) * from_stereo.hop_seconds, 2.0, 1.0);
}

TEST_P(EveryEncoder, TellsDifferentSoundsApart) {
  const int rate = encoder_->input_format().sample_rate_hz;
  const Frames noise_a = encoder_->encode(noise(4.0, rate, 1, 1));
  const Frames noise_b = encoder_->encode(noise(4.0, rate, 1, 2));
  const Frames tone = encoder_->encode(sine(440.0, 4.0, rate));
  EXPECT_LT(3.0 * distance(noise_a, noise_b), distance(noise_a, tone));
}

TEST_P(EveryEncoder, RefusesAnEmptyBuffer) {
  const AudioBuffer empty{.samples = {}, .sample_rate_hz = 22050, .num_channels = 1};
  EXPECT_THROW(encoder_->encode(empty), InvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Encoders, EveryEncoder, ::testing::Values("acoustic", "dummy"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(Acoustic, LevelHardlyMatters) {
  const auto encoder = make_encoder("acoustic");
  AudioBuffer audio = noise(3.0, 22050);
  const Frames loud = encoder->encode(audio);
  for (float& sample : audio.samples)
    sample *= 0.25f;
  EXPECT_LT(largest_difference(loud, encoder->encode(audio)), 1e-2);
}

TEST(Acoustic, GivesSeveralFramesPerSecond) {
  const Frames frames = make_encoder("acoustic")->encode(noise(10.0, 22050));
  EXPECT_GE(frames.num_frames, 20u);
}

TEST(Acoustic, GroupsCoverTheTrackVectorAndHaveTheLengthTheySay) {
  const auto encoder = make_encoder("acoustic");
  const Frames frames = encoder->encode(noise(8.0, 22050));
  std::size_t end = 0;
  for (const VectorGroup& group : encoder->track_vector_groups()) {
    EXPECT_EQ(group.offset, end) << group.name;
    end += group.size;
    double squares = 0.0;
    for (std::size_t i = group.offset; i < end; ++i)
      squares += frames.track_values[i] * frames.track_values[i];
    EXPECT_NEAR(std::sqrt(squares), group.weight, 1e-5) << group.name;
  }
  EXPECT_EQ(end, frames.track_values.size());
}

TEST(EncoderIds, RoundTripThroughText) {
  for (const char* text : {"acoustic/1", "acoustic/12+mean_std", "org/model/3"})
    EXPECT_EQ(EncoderId::parse(text).str(), text);
  for (const char* text :
       {"", "acoustic", "/1", "acoustic/", "acoustic/x", "acoustic/1+", "acoustic/-1", "acoustic/1x"}) {
    EXPECT_THROW(EncoderId::parse(text), InvalidArgument) << text;
  }
}

TEST(Registry, AnUnknownNameListsTheKnownOnes) {
  try {
    make_encoder("accoustic");
    FAIL() << "expected ModelError";
  } catch (const ModelError& error) {
    EXPECT_NE(std::string(error.what()).find("expected one of acoustic, dummy"), std::string::npos) << error.what();
  }
}

TEST(Registry, TakesEachNameOnce) {
  EXPECT_THROW(register_encoder("dummy", [](const EncoderOptions&) { return nullptr; }), InvalidArgument);
  EXPECT_THROW(register_encoder("", [](const EncoderOptions&) { return nullptr; }), InvalidArgument);
  const auto names = encoder_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace mess
