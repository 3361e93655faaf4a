// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <limits>

#include "audio_media.h"
#include "mess/audio_info.h"
#include "mess/audio_write.h"
#include "mess/error.h"

namespace mess {
namespace {

class WriteAudio : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("write_audio_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(WriteAudio, SurvivesTheRoundTripToTheBit) {
  const AudioBuffer noise = decode(test::media("noise.wav"), {.duration_seconds = 1.0});  // 16 bits
  const AudioBuffer fine = decode(test::media("sines_s24.flac"), {.duration_seconds = 1.0});
  const struct {
    const char* name;
    const AudioBuffer& audio;
    SampleFormat format;
    const char* codec;
  } kCases[] = {{"a.wav", noise, SampleFormat::kInt16, "pcm_s16le"},
                {"b.wav", fine, SampleFormat::kInt24, "pcm_s24le"},
                {"c.wav", fine, SampleFormat::kFloat32, "pcm_f32le"},
                {"d.flac", noise, SampleFormat::kInt16, "flac"},
                {"e.FLAC", fine, SampleFormat::kInt24, "flac"}};
  for (const auto& c : kCases) {
    write_audio(folder_ / c.name, c.audio, {.sample_format = c.format});
    const AudioBuffer back = decode(folder_ / c.name);
    EXPECT_EQ(back.sample_rate_hz, 44100) << c.name;
    EXPECT_EQ(back.num_channels, 2) << c.name;
    EXPECT_EQ(back.samples, c.audio.samples) << c.name;
    EXPECT_EQ(read_audio_info(folder_ / c.name).codec, c.codec);
    EXPECT_DOUBLE_EQ(read_audio_info(folder_ / c.name).claimed_duration_seconds, 1.0);
  }
}

TEST_F(WriteAudio, IntegersClipAtFullScale) {
  const AudioBuffer loud{{1.5f, -1.5f, 1.0f, -1.0f, 0.0f, 1.4f / 32768.0f}, 8000, 1};
  write_audio(folder_ / "loud.wav", loud);
  const float largest = 32767.0f / 32768.0f;
  EXPECT_EQ(decode(folder_ / "loud.wav").samples,
            (std::vector<float>{largest, -1.0f, largest, -1.0f, 0.0f, 1.0f / 32768.0f}));
  write_audio(folder_ / "float.wav", loud, {.sample_format = SampleFormat::kFloat32});
  EXPECT_EQ(decode(folder_ / "float.wav").samples, loud.samples);
}

TEST_F(WriteAudio, HoldsOneSampleAndEightChannels) {
  for (const char* name : {"one.wav", "one.flac"}) {
    write_audio(folder_ / name, AudioBuffer{{0.5f}, 44100, 1});
    EXPECT_EQ(decode(folder_ / name).samples, std::vector<float>{0.5f}) << name;
  }
  AudioBuffer eight{std::vector<float>(8 * 5000), 48000, 8};
  for (std::size_t i = 0; i < eight.samples.size(); ++i)
    eight.samples[i] = static_cast<float>(i / 5000) / 16.0f;
  for (const char* name : {"eight.wav", "eight.flac"}) {
    write_audio(folder_ / name, eight);
    EXPECT_EQ(decode(folder_ / name).samples, eight.samples) << name;
  }
}

TEST_F(WriteAudio, KeepsTags) {
  const std::map<std::string, std::string> tags{
      {"title", "Ein Stück"}, {"artist", "Me"}, {"album", "B"}, {"genre", "Jazz"}};
  for (const char* name : {"tags.wav", "tags.flac"}) {
    write_audio(folder_ / name, test::sine(440.0, 0.5, 44100, 0.1), {.tags = tags});
    EXPECT_EQ(read_audio_info(folder_ / name).tags, tags) << name;
  }
}

TEST_F(WriteAudio, GivesTheSameBytesForTheSameAudio) {
  const AudioBuffer audio = test::sine(440.0, 0.5, 44100, 0.5);
  for (const char* suffix : {".wav", ".flac"}) {
    write_audio(folder_ / (std::string("a") + suffix), audio);
    write_audio(folder_ / (std::string("b") + suffix), audio);
    EXPECT_EQ(test::read_bytes(folder_ / (std::string("a") + suffix)),
              test::read_bytes(folder_ / (std::string("b") + suffix)));
  }
}

TEST_F(WriteAudio, ReplacesTheTargetAndLeavesNothingElseBehind) {
  const auto path = folder_ / "song.wav";
  write_audio(path, test::sine(440.0, 0.5, 44100, 1.0));
  write_audio(path, test::sine(440.0, 0.5, 44100, 0.5));
  EXPECT_EQ(decode(path).num_frames(), 22050U);
  EXPECT_THROW(write_audio(path, AudioBuffer{{0.1f}, 44100, 2}), InvalidArgument);
  EXPECT_EQ(decode(path).num_frames(), 22050U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(WriteAudio, RefusesWhatItCannotHold) {
  const AudioBuffer audio = test::sine(440.0, 0.5, 44100, 0.1);
  const auto text = [&](const char* name, const AudioView& view, const WriteOptions& options = {}) {
    return test::message_of<InvalidArgument>([&] { write_audio(folder_ / name, view, options); });
  };
  EXPECT_NE(text("song.aac", audio).find("expected a path that ends in .wav, .flac, .mp3, .opus or .ogg, found .aac"), std::string::npos);
  EXPECT_NE(text("song", audio).find("no suffix"), std::string::npos);
  EXPECT_NE(text("x.wav", AudioView({}, 44100, 1)).find("found 0"), std::string::npos);
  EXPECT_NE(text("x.wav", AudioView(audio.samples, 100, 1)).find("100"), std::string::npos);
  EXPECT_NE(text("x.wav", AudioView(std::span(audio.samples).first(90), 44100, 9)).find("1 to 8"), std::string::npos);
  EXPECT_NE(text("x.flac", audio, {.sample_format = SampleFormat::kFloat32}).find("16 or 24 bits"), std::string::npos);
  const std::vector<float> bad{0.0f, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_NE(text("x.wav", AudioView(bad, 44100, 1)).find("nan at index 1"), std::string::npos);
  EXPECT_NE(text("x.flac", AudioView(audio.samples, 96001, 1)).find("that flac can hold"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(WriteAudio, AStreamGivesTheSameFileAsOnePiece) {
  const AudioBuffer audio = test::sine(440.0, 1.0, 44100, 0.1);
  write_audio(folder_ / "whole.flac", audio);
  AudioFileWriter writer(folder_ / "pieces.flac", {44100, 1});
  for (std::size_t begin = 0; begin < audio.samples.size(); begin += 777)
    writer.write(std::span(audio.samples).subspan(begin, std::min<std::size_t>(777, audio.samples.size() - begin)));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "pieces.flac"));
  writer.finish();
  EXPECT_EQ(decode(folder_ / "whole.flac").samples, decode(folder_ / "pieces.flac").samples);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "whole.flac"), std::filesystem::file_size(folder_ / "pieces.flac"));
}

TEST_F(WriteAudio, AWriterThatIsDroppedLeavesNothing) {
  {
    AudioFileWriter writer(folder_ / "x.wav", {44100, 1});
    writer.write(std::vector<float>(10000, 0.1f));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(WriteAudio, CompressedFilesSoundAsTheyShould) {
  const AudioBuffer audio = test::sine(440.0, 0.25, 48000, 2.0);
  for (const char* name : {"x.mp3", "x.opus", "x.ogg"}) {
    write_audio(folder_ / name, audio, {.tags = {{"title", "a"}}, .chapters = {{0.0, 1.0, "one"}, {1.0, 2.0, "two"}}});
    const AudioBuffer back = decode(folder_ / name);
    ASSERT_EQ(back.sample_rate_hz, 48000) << name;
    EXPECT_NEAR(back.duration_seconds(), 2.0, 0.06) << name;
    double power = 0.0;
    for (std::size_t i = 24000; i < 72000; ++i)
      power += back.samples[i] * back.samples[i] / 48000.0;
    EXPECT_NEAR(std::sqrt(2.0 * power), 0.25, 0.01) << name;
  }
  EXPECT_THROW(write_audio(folder_ / "y.opus", test::sine(440.0, 1.0, 44100, 0.1)), InvalidArgument);
  EXPECT_THROW(write_audio(folder_ / "y.mp3", audio, {.bit_rate_kbps = 5}), InvalidArgument);
}

TEST_F(WriteAudio, SaysWhenTheFolderIsMissing) {
  const std::string text =
      test::message_of<Error>([&] { write_audio(folder_ / "missing" / "x.wav", test::sine(440.0, 0.5, 8000, 0.1)); });
  EXPECT_NE(text.find("x.wav"), std::string::npos) << text;
}

}  // namespace
}  // namespace mess
