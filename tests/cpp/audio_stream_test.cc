// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "audio_media.h"
#include "mess/audio.h"
#include "mess/audio_write.h"
#include "mess/error.h"

namespace mess {
namespace {

using test::media;

class CollectingSink : public AudioSink {
 public:
  explicit CollectingSink(const AudioFormat& wanted) : wanted_(wanted) {}

  AudioFormat wanted_format() const override { return wanted_; }
  void begin(const AudioFormat& actual) override {
    ++num_begins;
    format = actual;
    channels.resize(static_cast<std::size_t>(actual.num_channels));
  }
  void push(std::span<const float> chunk) override {
    const std::size_t num_frames = chunk.size() / channels.size();
    largest_chunk = std::max(largest_chunk, num_frames);
    for (std::size_t c = 0; c < channels.size(); ++c) {
      const auto from = chunk.subspan(c * num_frames, num_frames);
      channels[c].insert(channels[c].end(), from.begin(), from.end());
    }
  }

  int num_begins = 0;
  std::size_t largest_chunk = 0;
  AudioFormat format;
  std::vector<std::vector<float>> channels;

 private:
  AudioFormat wanted_;
};

TEST(DecodeInto, FeedsEverySinkWhatDecodeGivesInItsFormat) {
  CollectingSink same({});
  CollectingSink low_mono({22050, 1});
  CollectingSink low_mono_again({22050, 1});
  CollectingSink high_stereo({48000, 2});
  CollectingSink only_mono({0, 1});
  AudioSink* const sinks[] = {&same, &low_mono, &low_mono_again, &high_stereo, &only_mono};
  const DecodeSummary summary = decode_into(media("noise_cbr.mp3"), sinks);

  EXPECT_EQ(summary.source_format, (AudioFormat{44100, 2}));
  EXPECT_DOUBLE_EQ(summary.duration_seconds, 20.0);
  EXPECT_TRUE(summary.warnings.empty());
  for (const CollectingSink* sink : {&same, &low_mono, &low_mono_again, &high_stereo, &only_mono}) {
    EXPECT_EQ(sink->num_begins, 1);
    const AudioBuffer expected = decode(media("noise_cbr.mp3"), {.sample_rate_hz = sink->format.sample_rate_hz,
                                                                 .num_channels = sink->format.num_channels});
    ASSERT_EQ(sink->channels.size(), static_cast<std::size_t>(expected.num_channels));
    for (int c = 0; c < expected.num_channels; ++c) {
      EXPECT_EQ(test::largest_difference(sink->channels[static_cast<std::size_t>(c)], expected.channel(c)), 0.0);
    }
  }
  EXPECT_EQ(low_mono.format, (AudioFormat{22050, 1}));
  EXPECT_EQ(only_mono.format, (AudioFormat{44100, 1}));
}

TEST(DecodeInto, TakesTheRangeOfItsOptionsAndIgnoresTheirFormat) {
  CollectingSink sink({});
  AudioSink* const sinks[] = {&sink};
  const DecodeSummary summary =
      decode_into(media("noise.wav"), sinks, {.sample_rate_hz = 8000, .start_seconds = 3.0, .duration_seconds = 2.0});
  EXPECT_EQ(sink.format, (AudioFormat{44100, 2}));
  EXPECT_EQ(sink.channels[0].size(), 88200U);
  EXPECT_DOUBLE_EQ(summary.duration_seconds, 2.0);
  EXPECT_TRUE(summary.warnings.empty());
}

TEST(DecodeInto, WithoutSinksStillChecksTheFile) {
  EXPECT_DOUBLE_EQ(decode_into(media("sines.flac"), {}).duration_seconds, 10.0);
  EXPECT_THROW(decode_into(media("text.mp3"), {}), DecodeError);
}

TEST(DecodeInto, RefusesASinkThatWantsTheImpossible) {
  CollectingSink sink({1, 1});
  AudioSink* const sinks[] = {&sink};
  EXPECT_THROW(decode_into(media("sines.flac"), sinks), InvalidArgument);
  EXPECT_EQ(sink.num_begins, 0);
}

class ThrowingSink : public CollectingSink {
 public:
  using CollectingSink::CollectingSink;
  void push(std::span<const float>) override { throw std::out_of_range("enough"); }
};

TEST(DecodeInto, PassesOnWhatASinkThrows) {
  ThrowingSink sink(AudioFormat{});
  AudioSink* const sinks[] = {&sink};
  EXPECT_THROW(decode_into(media("sines.flac"), sinks), std::out_of_range);
}

TEST(AudioStream, ChunksJoinToTheWholeDecode) {
  for (const auto& [name, rate] : {std::pair{"noise.flac", 0}, std::pair{"noise_vbr.mp3", 16000}}) {
    const AudioBuffer whole = decode(media(name), {.sample_rate_hz = rate});
    AudioStream stream(media(name), {.sample_rate_hz = rate}, 3.0);
    EXPECT_EQ(stream.format(), (AudioFormat{whole.sample_rate_hz, 2}));
    AudioBuffer chunk;
    std::size_t position = 0;
    while (stream.next(chunk)) {
      const std::size_t left = whole.num_frames() - position;
      ASSERT_EQ(chunk.num_frames(), std::min<std::size_t>(3U * static_cast<std::size_t>(whole.sample_rate_hz), left));
      for (int c = 0; c < 2; ++c) {
        const auto expected = whole.channel(c).subspan(position, chunk.num_frames());
        ASSERT_EQ(test::largest_difference(chunk.channel(c), expected), 0.0);
      }
      position += chunk.num_frames();
    }
    EXPECT_EQ(position, whole.num_frames());
    EXPECT_TRUE(chunk.samples.empty());
    EXPECT_FALSE(stream.next(chunk));
    EXPECT_DOUBLE_EQ(stream.summary().duration_seconds, 20.0);
  }
}

TEST(AudioStream, CanBeMovedWhileItIsRead) {
  AudioStream first(media("noise.wav"), {}, 8.0);
  AudioBuffer chunk;
  ASSERT_TRUE(first.next(chunk));
  AudioStream second(std::move(first));
  ASSERT_TRUE(second.next(chunk));
  ASSERT_TRUE(second.next(chunk));
  EXPECT_EQ(chunk.num_frames(), 4U * 44100U);
  EXPECT_FALSE(second.next(chunk));
}

TEST(AudioStream, RefusesAChunkOfNoLengthAndOneBeyondTheBuffer) {
  EXPECT_THROW(AudioStream(media("noise.wav"), {}, 0.0), InvalidArgument);
  EXPECT_THROW(AudioStream(media("noise.wav"), {}, -1.0), InvalidArgument);
  EXPECT_THROW(AudioStream(media("noise.wav"), {}, NAN), InvalidArgument);
  EXPECT_THROW(AudioStream(media("noise.wav"), {.limits = {.max_buffer_bytes = 1000}}, 1.0), InvalidArgument);
}

class CountingSink : public AudioSink {
 public:
  AudioFormat wanted_format() const override { return {22050, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override { num_samples += chunk.size(); }
  std::size_t num_samples = 0;
};

std::size_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

TEST(DecodeInto, HoldsOnlyAFewPacketsOfALongFile) {
  // Three hours at 22,050 Hz are 952 MB as float. The file itself is sparse: samples that were never written.
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "three_hours.wav";
  constexpr std::uint32_t kNumBytes = 3U * 3600U * 8000U * 2U;
  std::filesystem::copy_file(media("claims_2gb.wav"), path, std::filesystem::copy_options::overwrite_existing);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    file.write(reinterpret_cast<const char*>(&kNumBytes), sizeof kNumBytes);
  }
  std::filesystem::resize_file(path, 44U + kNumBytes);
  CountingSink sink;
  AudioSink* const sinks[] = {&sink};
  const std::size_t before = peak_resident_bytes();
  const DecodeSummary summary = decode_into(path, sinks);
  EXPECT_DOUBLE_EQ(summary.duration_seconds, 10800.0);
  EXPECT_EQ(sink.num_samples, 10800U * 22050U);
  EXPECT_LT(peak_resident_bytes() - before, 128U << 20);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace mess
