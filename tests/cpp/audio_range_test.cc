// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>

#include "audio_media.h"
#include "mess/audio.h"
#include "mess/error.h"

namespace mess {
namespace {

using test::media;

class DecodeRange : public testing::TestWithParam<const char*> {};

TEST_P(DecodeRange, IsTheSliceOfTheWholeDecode) {
  const AudioBuffer whole = decode(media(GetParam()));
  const double rate = whole.sample_rate_hz;
  for (const double start : {0.0, 0.0001, 0.7, 2.5, 9.99999, 17.3217, 19.5}) {
    const DecodeOptions options{.start_seconds = start, .duration_seconds = 0.4};
    const AudioBuffer range = decode(media(GetParam()), options);
    const auto begin = static_cast<std::size_t>(std::llround(start * rate));
    ASSERT_EQ(range.num_frames(), static_cast<std::size_t>(std::llround(0.4 * rate))) << start;
    for (int c = 0; c < whole.num_channels; ++c) {
      const auto expected = whole.channel(c).subspan(begin, range.num_frames());
      EXPECT_LT(test::largest_difference(range.channel(c), expected), 1e-5) << "from " << start << " s, channel " << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, DecodeRange,
                         testing::Values("noise.wav", "noise.w64", "noise.aiff", "noise.flac", "noise_alac.m4a",
                                         "noise_aac.m4a", "noise_adts.aac", "noise_cbr.mp3", "noise_vbr.mp3",
                                         "noise.ogg", "noise.opus", "noise_adpcm_ima.wav"));

TEST(Range, WithoutDurationReadsToTheEnd) {
  const AudioBuffer whole = decode(media("noise.flac"));
  const AudioBuffer tail = decode(media("noise.flac"), {.start_seconds = 15.0});
  ASSERT_EQ(tail.num_frames(), 5U * 44100U);
  EXPECT_EQ(test::largest_difference(tail.channel(1), whole.channel(1).subspan(15 * 44100)), 0.0);
}

TEST(Range, ThatOutlastsTheFileGivesWhatThereIs) {
  for (const char* name : {"noise.wav", "noise_cbr.mp3", "noise.ogg"}) {
    EXPECT_EQ(decode(media(name), {.start_seconds = 19.0, .duration_seconds = 30.0}).num_frames(), 44100U) << name;
  }
}

TEST(Range, BehindTheEndIsAnErrorThatNamesBothTimes) {
  for (const char* name :
       {"noise.wav", "noise_cbr.mp3", "noise.flac", "noise_alac.m4a", "noise.ogg", "noise_aac.m4a"}) {
    const std::string text =
        test::message_of<DecodeError>([&] { decode(media(name), {.start_seconds = 500.0, .duration_seconds = 1.0}); });
    EXPECT_NE(text.find("expected audio at 500.0 s, found its end at 20.0 s"), std::string::npos) << text;
  }
}

TEST(Range, IsCutBeforeItIsResampled) {
  const AudioBuffer range =
      decode(media("noise.flac"), {.sample_rate_hz = 22050, .start_seconds = 5.0, .duration_seconds = 1.0});
  const AudioBuffer cut = decode(media("noise.flac"), {.start_seconds = 5.0, .duration_seconds = 1.0});
  const AudioBuffer expected = convert(cut, {22050, 0});
  EXPECT_EQ(range.num_frames(), 22050U);
  EXPECT_LT(test::largest_difference(range.samples, expected.samples), 1e-6);
}

TEST(Range, WorksOnFilesWithJunkAndTagsInFront) {
  for (const char* name : {"junk_before.mp3", "large_cover.mp3", "retagged_id3_sines_cbr.mp3"}) {
    const AudioBuffer whole = decode(media(name));
    const AudioBuffer range = decode(media(name), {.start_seconds = 6.0, .duration_seconds = 0.5});
    const auto expected = whole.channel(0).subspan(6 * 44100, 22050);
    EXPECT_LT(test::largest_difference(range.channel(0), expected), 1e-5) << name;
  }
}

}  // namespace
}  // namespace mess
