// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "audio_media.h"
#include "mess/audio.h"
#include "mess/audio_info.h"
#include "mess/error.h"

namespace mess {
namespace {

using test::media;
using test::message_of;

struct Refused {
  const char* name;
  const char* found;  // what the message says it is
};

void PrintTo(const Refused& file, std::ostream* out) { *out << file.name; }

class NotAudio : public testing::TestWithParam<Refused> {};

TEST_P(NotAudio, IsRefusedByEveryEntryWithItsNameAndWhatItIs) {
  const auto path = media(GetParam().name);
  for (const std::string& text :
       {message_of<DecodeError>([&] { decode(path); }), message_of<DecodeError>([&] { read_audio_info(path); }),
        message_of<DecodeError>([&] { audio_content_hash(path); }),
        message_of<DecodeError>([&] { AudioStream stream(path); })}) {
    EXPECT_TRUE(text.starts_with("[decode] " + path.string() + ": expected ")) << text;
    EXPECT_NE(text.find(std::string("found ") + GetParam().found), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, NotAudio,
    testing::Values(Refused{"concat.mp3", "a text file (ffconcat playlist)"},
                    Refused{"hls.mp3", "a text file (M3U8 playlist)"}, Refused{"sdp.mp3", "a text file (SDP session)"},
                    Refused{"ass.mp3", "a text file (ASS subtitles)"}, Refused{"text.mp3", "a text file"},
                    Refused{"utf16.mp3", "a text file"}, Refused{"tagged_text.mp3", "a text file (ffconcat playlist)"},
                    Refused{"empty.mp3", "an empty file"}, Refused{"zeros.mp3", "only zero bytes"},
                    Refused{"picture.mp3", "a PNG picture"}, Refused{"cover.png", "a PNG picture"},
                    Refused{"archive.flac", "a ZIP archive"}, Refused{"document.wav", "a PDF document"},
                    Refused{"matroska.ogg", "a Matroska or WebM file"},
                    Refused{"tag_only.mp3", "an ID3 tag and nothing behind it"},
                    Refused{"huge_tag_claim.mp3", "an ID3 tag and nothing behind it"},
                    Refused{"random.mp3", "an unknown kind of file"},
                    Refused{"half_a_frame.mp3", "an unknown kind of file"},
                    Refused{"noise_behind_riff.wav", "damage in its header"}, Refused{"film_without_sound.mp4", "none"},
                    Refused{"ac3.mp4", "ac3"}, Refused{"does_not_exist.mp3", "no such file"}));

class NoSamples : public testing::TestWithParam<Refused> {};

TEST_P(NoSamples, IsADecodeErrorThatSaysWhy) {
  const std::string text = message_of<DecodeError>([&] { decode(media(GetParam().name)); });
  EXPECT_NE(text.find(GetParam().found), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Files, NoSamples,
    testing::Values(Refused{"no_samples.wav", "expected decodable audio, found none"},
                    Refused{"nine_channels.wav", "expected 1 to 8 channels, found 9"},
                    Refused{"rate_1.wav", "found 1 Hz"}, Refused{"rate_max.wav", "found 2147483647 Hz"},
                    Refused{"thousands_of_channels.wav", "expected a decodable pcm_s16le stream"}));

TEST(Hostile, FoldersAndPipesAreRefusedWithoutWaiting) {
  const std::filesystem::path folder = testing::TempDir();
  EXPECT_NE(message_of<DecodeError>([&] { decode(folder); }).find("found a directory"), std::string::npos);
  const std::string pipe = folder / "pipe.wav";
  std::filesystem::remove(pipe);
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(message_of<DecodeError>([&] { decode(pipe); }).find("found a named pipe"), std::string::npos);
  std::filesystem::remove(pipe);
  EXPECT_NE(message_of<DecodeError>([] { decode("/dev/zero"); }).find("found a device"), std::string::npos);
}

TEST(Hostile, APathIsNeverAUrl) {
  for (const char* url : {"http://127.0.0.1:1/song.mp3", "concat:secret.wav|secret.wav", "file:secret.wav", "pipe:0"}) {
    EXPECT_NE(message_of<DecodeError>([&] { decode(url); }).find("no such file"), std::string::npos) << url;
  }
}

TEST(Hostile, BytesAreNamedInMessages) {
  const std::span<const std::byte> nothing;
  EXPECT_TRUE(message_of<DecodeError>([&] { decode(nothing); }).starts_with("[decode] <bytes>: "));
  EXPECT_TRUE(message_of<DecodeError>([&] { decode({nothing, "upload 7"}); }).starts_with("[decode] upload 7: "));
}

DecodeSummary summary_of(const std::string& name) { return decode_into(media(name), {}); }

bool has_warning(const DecodeSummary& summary, const std::string& start) {
  return std::ranges::any_of(summary.warnings, [&](const std::string& text) { return text.starts_with(start); });
}

TEST(Hostile, CutFilesGiveWhatIsLeftAndSayThatTheyWereCut) {
  for (const char* name : {"sines_s16.wav", "sines.w64", "sines.aiff", "sines.flac", "sines_cbr.mp3", "sines_vbr.mp3",
                           "sines.ogg", "sines.opus"}) {
    for (const auto& [cut, seconds] : {std::pair{"0.3", 3.0}, std::pair{"0.5", 5.0}, std::pair{"0.9", 9.0}}) {
      const DecodeSummary summary = summary_of("cut_" + std::string(cut) + "_" + name);
      EXPECT_TRUE(has_warning(summary, "truncated: ")) << name << " at " << cut;
      EXPECT_NEAR(summary.duration_seconds, seconds, 1.2) << name;
    }
  }
  EXPECT_NEAR(summary_of("cut_0.5_sines_adts.aac").duration_seconds, 5.0, 0.1);
}

TEST(Hostile, CutMp4FilesWithoutTheirIndexAreErrors) {
  for (const char* name : {"cut_0.3_sines_aac.m4a", "cut_0.9_sines_alac.m4a"}) {
    EXPECT_NE(message_of<DecodeError>([&] { decode(media(name)); }).find("damage in its header"), std::string::npos);
  }
}

TEST(Hostile, EveryCutOfEveryFormatEitherDecodesOrThrowsDecodeError) {
  int num_decoded = 0;
  for (const char* name : {"sines_s16.wav", "sines.w64", "sines.aiff", "sines.flac", "sines_cbr.mp3", "sines_vbr.mp3",
                           "sines_aac.m4a", "sines_alac.m4a", "sines_adts.aac", "sines.ogg", "sines.opus"}) {
    const std::vector<std::byte> bytes = test::read_bytes(media(name));
    for (std::size_t length = 0; length < bytes.size(); length = length < 300 ? length + 7 : length * 3 / 2) {
      const std::span<const std::byte> cut = std::span(bytes).first(length);
      try {
        num_decoded += decode(cut).num_frames() > 0 ? 1 : 0;
        read_audio_info(cut);
        audio_content_hash(cut);
      } catch (const DecodeError& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("[decode] <bytes>: expected ")) << error.what();
      }
    }
  }
  EXPECT_GT(num_decoded, 50);
}

TEST(Hostile, DamagedPacketsAreCountedAndSkipped) {
  for (const char* name : {"damaged_sines.flac", "damaged_sines_alac.m4a", "damaged_sines_adts.aac"}) {
    const DecodeSummary summary = summary_of(name);
    EXPECT_GT(summary.num_bad_packets, 0) << name;
    EXPECT_TRUE(has_warning(summary, "damaged: ")) << name;
    EXPECT_GT(summary.duration_seconds, 6.0) << name;
    EXPECT_LT(summary.duration_seconds, 10.05) << name;
  }
}

TEST(Hostile, GoodFilesHaveNoWarnings) {
  for (const char* name : {"sines_s16.wav",
                           "sines_rf64.wav",
                           "sines.w64",
                           "sines.aiff",
                           "sines.flac",
                           "sines_alac.m4a",
                           "sines_aac.m4a",
                           "sines_adts.aac",
                           "sines_cbr.mp3",
                           "sines_vbr.mp3",
                           "sines_vbr_no_xing.mp3",
                           "sines.mp2",
                           "sines.ogg",
                           "sines.opus",
                           "sines_adpcm_ms.wav",
                           "junk_before.mp3",
                           "large_cover.mp3",
                           "many_covers.mp3",
                           "claims_unknown.wav",
                           "one_sample.wav",
                           "retagged_ape_sines_cbr.mp3",
                           "retagged_id3_sines.flac",
                           "retagged_id3_sines_adts.aac"}) {
    const DecodeSummary summary = summary_of(name);
    EXPECT_TRUE(summary.warnings.empty()) << name << ": " << summary.warnings.front();
    EXPECT_EQ(summary.num_bad_packets, 0) << name;
  }
}

TEST(Hostile, AHeaderThatClaimsFourGigabytesIsNotBelieved) {
  for (const auto& [name, claim] : {std::pair{"claims_4gb.wav", "268435.5"}, std::pair{"claims_2gb.wav", "134217.7"}}) {
    EXPECT_EQ(decode(media(name)).num_frames(), 8000U);
    const DecodeSummary summary = summary_of(name);
    EXPECT_TRUE(has_warning(summary, "truncated: the header claims " + std::string(claim) + " s, 1.0 s were decoded"));
  }
}

TEST(Hostile, SamplesThatAreNotFiniteBecomeZeroAndAreCounted) {
  const AudioBuffer audio = decode(media("nonfinite.wav"));
  ASSERT_EQ(audio.num_frames(), 8000U);
  const float expected[] = {0.5f, 0.0f, 0.0f, 0.0f, 0.25f, 1.5f, -0.5f, 1e-40f};
  for (std::size_t i = 0; i < audio.num_frames(); ++i)
    ASSERT_EQ(audio.samples[i], expected[i % 8]);
  const DecodeSummary summary = summary_of("nonfinite.wav");
  EXPECT_EQ(summary.num_nonfinite_samples, 3000);
  EXPECT_TRUE(has_warning(summary, "not finite: 3000 samples"));
  EXPECT_EQ(summary_of("doubles.wav").num_nonfinite_samples, 2000);
  for (const float sample : decode(media("nonfinite.wav"), {.sample_rate_hz = 22050}).samples) {
    ASSERT_TRUE(std::isfinite(sample));
  }
}

TEST(Limits, AreNamedInTheErrorWhenTheyAreReached) {
  const auto text = [](const char* name, const DecodeLimits& limits) {
    return message_of<DecodeError>([&] { decode(media(name), {.limits = limits}); });
  };
  EXPECT_NE(text("sines.flac", {.max_duration_seconds = 9.0}).find("max_duration_seconds"), std::string::npos);
  EXPECT_NE(text("sines.flac", {.timeout_seconds = 1e-9}).find("timeout_seconds"), std::string::npos);
  EXPECT_NE(text("sines.flac", {.max_buffer_bytes = 441000 * 8 - 1}).find("max_buffer_bytes"), std::string::npos);
  EXPECT_EQ(decode(media("sines.flac"), {.limits = {.max_buffer_bytes = 441000 * 8}}).num_frames(), 441000U);
}

TEST(Limits, ExpansionIsCountedAfterTheFirst64Mebibytes) {
  // 420 s of stereo silence: 148 MB as float.
  const std::vector<std::byte> flac = test::read_bytes(media("long_silence.flac"));
  const std::span<const std::byte> source(flac);
  EXPECT_EQ(decode_into(source, {}).duration_seconds, 420.0);
  const std::string text =
      message_of<DecodeError>([&] { decode_into(source, {}, {.limits = {.max_expansion = 100.0}}); });
  EXPECT_NE(text.find("max_expansion"), std::string::npos) << text;
  EXPECT_EQ(decode_into(media("silence.flac"), {}, {.limits = {.max_expansion = 1.0}}).duration_seconds, 5.0);
}

TEST(Limits, TimeBetweenChunksIsNotTheFiles) {
  AudioStream stream(media("sines_s16.wav"), {.limits = {.timeout_seconds = 2.0}}, 5.0);
  AudioBuffer chunk;
  ASSERT_TRUE(stream.next(chunk));
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  EXPECT_TRUE(stream.next(chunk));
}

}  // namespace
}  // namespace mess
