// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "audio_media.h"
#include "mess/audio_info.h"
#include "mess/error.h"

namespace mess {
namespace {

using test::media;

struct NamedFormat {
  const char* name;
  const char* container;
  const char* codec;
  AudioFormat format;
  double claimed_seconds;
  bool has_tags;
};

void PrintTo(const NamedFormat& file, std::ostream* out) { *out << file.name; }

class ReadInfo : public testing::TestWithParam<NamedFormat> {};

TEST_P(ReadInfo, NamesContainerCodecFormatLengthAndTags) {
  const NamedFormat& file = GetParam();
  const AudioInfo info = read_audio_info(media(file.name));
  EXPECT_EQ(info.container, file.container);
  EXPECT_EQ(info.codec, file.codec);
  EXPECT_EQ(info.format, file.format);
  EXPECT_NEAR(info.claimed_duration_seconds, file.claimed_seconds, 0.05);
  if (!file.has_tags)
    return;
  EXPECT_EQ(info.tags.at("title"), "Sines");
  EXPECT_EQ(info.tags.at("artist"), "Oscillator");
  EXPECT_EQ(info.tags.at("album"), "Tests");
  EXPECT_EQ(info.tags.at("genre"), "Electronic");
  EXPECT_EQ(info.tags.at("date"), "2001");
}

constexpr AudioFormat kStereo{44100, 2};

INSTANTIATE_TEST_SUITE_P(Formats, ReadInfo,
                         testing::Values(NamedFormat{"sines_s16.wav", "wav", "pcm_s16le", kStereo, 10.0, true},
                                         NamedFormat{"sines_f32.wav", "wav", "pcm_f32le", kStereo, 10.0, false},
                                         NamedFormat{"sines.w64", "w64", "pcm_s16le", kStereo, 10.0, false},
                                         NamedFormat{"sines.aiff", "aiff", "pcm_s16be", kStereo, 10.0, true},
                                         NamedFormat{"sines.flac", "flac", "flac", kStereo, 10.0, true},
                                         NamedFormat{"sines_alac.m4a", "mov", "alac", kStereo, 10.0, true},
                                         NamedFormat{"sines_aac.m4a", "mov", "aac", kStereo, 10.0, true},
                                         NamedFormat{"sines_cbr.mp3", "mp3", "mp3", kStereo, 10.0, true},
                                         NamedFormat{"sines_vbr.mp3", "mp3", "mp3", kStereo, 10.0, true},
                                         NamedFormat{"sines.mp2", "mp3", "mp2", kStereo, 10.0, false},
                                         NamedFormat{"sines.ogg", "ogg", "vorbis", kStereo, 10.0, true},
                                         NamedFormat{"sines.opus", "ogg", "opus", AudioFormat{48000, 2}, 10.0, true},
                                         NamedFormat{"constants_8ch.wav", "wav", "pcm_f32le", AudioFormat{44100, 8},
                                                     1.0, false}));

TEST(ReadInfo, ReadsTagsWrittenByOthers) {
  for (const char* name : {"retagged_id3_sines_cbr.mp3", "retagged_id3_sines_adts.aac", "retagged_comments_sines.ogg",
                           "retagged_picture_sines.flac", "retagged_atoms_sines_alac.m4a", "retagged_id3_sines.aiff"}) {
    EXPECT_TRUE(read_audio_info(media(name)).tags.at("title").starts_with("Retagged: a long title")) << name;
  }
}

TEST(ReadInfo, TakesTagsThatAreNotUtf8AsLatin1) {
  std::vector<std::byte> bytes = test::read_bytes(media("sines_vbr_no_xing.mp3"));
  std::string tag = "TAGCaf\xE9";
  tag.resize(128, '\0');
  const auto tag_bytes = std::as_bytes(std::span(tag));
  bytes.insert(bytes.end(), tag_bytes.begin(), tag_bytes.end());
  EXPECT_EQ(read_audio_info(std::span<const std::byte>(bytes)).tags.at("title"), "Caf\xC3\xA9");
}

TEST(ReadInfo, LeavesOutWhatIsNotAboutTheMusic) {
  const auto tags = read_audio_info(media("sines_aac.m4a")).tags;
  EXPECT_FALSE(tags.contains("major_brand"));
  EXPECT_FALSE(tags.contains("handler_name"));
}

struct Retagged {
  const char* original;
  const char* retagged;
};

void PrintTo(const Retagged& files, std::ostream* out) { *out << files.retagged; }

class ContentHash : public testing::TestWithParam<Retagged> {};

TEST_P(ContentHash, DoesNotChangeWithTheTags) {
  const std::string original = audio_content_hash(media(GetParam().original));
  EXPECT_EQ(original.size(), 64U);
  EXPECT_EQ(original.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(audio_content_hash(media(GetParam().retagged)), original);
  EXPECT_NE(test::read_bytes(media(GetParam().retagged)), test::read_bytes(media(GetParam().original)));
}

INSTANTIATE_TEST_SUITE_P(
    Files, ContentHash,
    testing::Values(
        Retagged{"sines_s16.wav", "retagged_by_ffmpeg_sines_s16.wav"},
        Retagged{"sines.flac", "retagged_by_ffmpeg_sines.flac"},
        Retagged{"sines_cbr.mp3", "retagged_by_ffmpeg_sines_cbr.mp3"},
        Retagged{"sines_vbr.mp3", "retagged_by_ffmpeg_sines_vbr.mp3"},
        Retagged{"sines.ogg", "retagged_by_ffmpeg_sines.ogg"}, Retagged{"sines.opus", "retagged_by_ffmpeg_sines.opus"},
        Retagged{"sines_aac.m4a", "retagged_by_ffmpeg_sines_aac.m4a"},
        Retagged{"sines_alac.m4a", "retagged_by_ffmpeg_sines_alac.m4a"},
        Retagged{"sines.aiff", "retagged_by_ffmpeg_sines.aiff"},
        Retagged{"sines_cbr.mp3", "retagged_id3_sines_cbr.mp3"},
        Retagged{"sines_vbr.mp3", "retagged_id3_sines_vbr.mp3"},
        Retagged{"sines_vbr_no_xing.mp3", "retagged_id3_sines_vbr_no_xing.mp3"},
        Retagged{"sines_adts.aac", "retagged_id3_sines_adts.aac"}, Retagged{"sines.mp2", "retagged_id3_sines.mp2"},
        Retagged{"sines_cbr.mp3", "retagged_ape_sines_cbr.mp3"},
        Retagged{"sines_vbr.mp3", "retagged_ape_sines_vbr.mp3"},
        Retagged{"sines_vbr_no_xing.mp3", "retagged_ape_sines_vbr_no_xing.mp3"},
        Retagged{"sines_adts.aac", "retagged_ape_sines_adts.aac"}, Retagged{"sines.mp2", "retagged_ape_sines.mp2"},
        Retagged{"sines_cbr.mp3", "retagged_stripped_sines_cbr.mp3"},
        Retagged{"sines.ogg", "retagged_comments_sines.ogg"}, Retagged{"sines.opus", "retagged_comments_sines.opus"},
        Retagged{"sines.flac", "retagged_picture_sines.flac"}, Retagged{"sines.flac", "retagged_id3_sines.flac"},
        Retagged{"sines_aac.m4a", "retagged_atoms_sines_aac.m4a"},
        Retagged{"sines_alac.m4a", "retagged_atoms_sines_alac.m4a"},
        Retagged{"sines_s16.wav", "retagged_id3_sines_s16.wav"}, Retagged{"sines.aiff", "retagged_id3_sines.aiff"},
        Retagged{"sines_cbr.mp3", "cover.mp3"}, Retagged{"sines_alac.m4a", "cover.m4a"},
        Retagged{"sines.flac", "cover.flac"}));

TEST(ContentHash, IsTheDocumentedHash) {
  // pcm_s16le, 44,100 Hz, 2 channels, the samples of one_sample.wav (0x4000 twice), hashed by hashlib:
  // sha256(b"pcm_s16le\0" + struct.pack("<II", 44100, 2) + samples)
  EXPECT_EQ(audio_content_hash(media("one_sample.wav")),
            "27889aa494fb1220f920ade529fb36df4ad64d9d66bfea05b22b8a4f973e6d47");
}

TEST(ContentHash, ChangesWithOneBitOfAudio) {
  for (const char* name : {"sines_s16.wav", "sines_cbr.mp3", "sines.flac", "sines_alac.m4a"}) {
    std::vector<std::byte> bytes = test::read_bytes(media(name));
    const std::string original = audio_content_hash(std::span<const std::byte>(bytes));
    bytes[bytes.size() / 2] ^= std::byte{1};
    EXPECT_NE(audio_content_hash(std::span<const std::byte>(bytes)), original) << name;
  }
}

TEST(ContentHash, IsTheSameForAFileAndItsBytes) {
  const std::vector<std::byte> bytes = test::read_bytes(media("sines.opus"));
  EXPECT_EQ(audio_content_hash(std::span<const std::byte>(bytes)), audio_content_hash(media("sines.opus")));
}

}  // namespace
}  // namespace mess
