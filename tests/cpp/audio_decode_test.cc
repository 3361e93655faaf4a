// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "audio_media.h"
#include "mess/audio.h"
#include "mess/error.h"

namespace mess {
namespace {

using test::amplitude_at;
using test::media;

struct SinesFile {
  const char* name;
  int sample_rate_hz;
  std::size_t num_frames;      // exact
  double amplitude_tolerance;  // of the codec
};

void PrintTo(const SinesFile& file, std::ostream* out) { *out << file.name; }

class DecodeSines : public testing::TestWithParam<SinesFile> {};

TEST_P(DecodeSines, GivesBothSinesAtTheirAmplitudeAndTheRightLength) {
  const SinesFile& file = GetParam();
  const AudioBuffer audio = decode(media(file.name));
  EXPECT_EQ(audio.sample_rate_hz, file.sample_rate_hz);
  ASSERT_EQ(audio.num_channels, 2);
  EXPECT_EQ(audio.num_frames(), file.num_frames);
  EXPECT_NEAR(amplitude_at(audio.channel(0), 440.0, file.sample_rate_hz), 0.5, file.amplitude_tolerance);
  EXPECT_NEAR(amplitude_at(audio.channel(1), 1000.0, file.sample_rate_hz), 0.25, file.amplitude_tolerance);
  EXPECT_LT(amplitude_at(audio.channel(0), 1000.0, file.sample_rate_hz), file.amplitude_tolerance);
}

// LAME itself lowers the level by 3 % at a constant bit rate. AAC in MP4 keeps the encoder's padding at the end, and
// ADTS, layer 2 and MP3 without a Xing header have nowhere to state it.
INSTANTIATE_TEST_SUITE_P(
    Formats, DecodeSines,
    testing::Values(SinesFile{"sines_s16.wav", 44100, 441000, 1e-4}, SinesFile{"sines_s24.wav", 44100, 441000, 1e-6},
                    SinesFile{"sines_f32.wav", 44100, 441000, 1e-6}, SinesFile{"sines_u8.wav", 44100, 441000, 1e-2},
                    SinesFile{"sines_rf64.wav", 44100, 441000, 1e-4}, SinesFile{"sines.w64", 44100, 441000, 1e-4},
                    SinesFile{"sines.aiff", 44100, 441000, 1e-4}, SinesFile{"sines.flac", 44100, 441000, 1e-4},
                    SinesFile{"sines_s24.flac", 44100, 441000, 1e-6}, SinesFile{"sines_alac.m4a", 44100, 441000, 1e-4},
                    SinesFile{"sines_adpcm_ms.wav", 44100, 441232, 1e-2},
                    SinesFile{"sines_cbr.mp3", 44100, 441000, 2e-2}, SinesFile{"sines_vbr.mp3", 44100, 441000, 1e-3},
                    SinesFile{"sines_vbr_no_xing.mp3", 44100, 442368, 1e-2},
                    SinesFile{"sines.mp2", 44100, 441216, 1e-2}, SinesFile{"sines_aac.m4a", 44100, 441344, 1e-2},
                    SinesFile{"sines_adts.aac", 44100, 442368, 1e-2}, SinesFile{"sines.ogg", 44100, 441000, 1e-2},
                    SinesFile{"sines.opus", 48000, 480000, 1e-2}, SinesFile{"cover.mp3", 44100, 441000, 2e-2},
                    SinesFile{"cover.m4a", 44100, 441000, 1e-4}, SinesFile{"cover.flac", 44100, 441000, 1e-4}));

TEST(Decode, LosslessFormatsAgreeToTheBit) {
  const AudioBuffer wav = decode(media("noise.wav"));
  for (const char* name : {"noise.aiff", "noise.w64", "noise.flac", "noise_alac.m4a"}) {
    EXPECT_EQ(decode(media(name)).samples, wav.samples) << name;
  }
}

TEST(Decode, BytesGiveWhatTheFileGives) {
  for (const char* name : {"sines_cbr.mp3", "sines.flac", "sines_alac.m4a", "sines.ogg"}) {
    const std::vector<std::byte> bytes = test::read_bytes(media(name));
    EXPECT_EQ(decode(std::span<const std::byte>(bytes)).samples, decode(media(name)).samples) << name;
  }
}

TEST(Decode, ReadsTheSoundOfAFilm) {
  const AudioBuffer audio = decode(media("film.mp4"));
  EXPECT_EQ(audio.num_channels, 1);
  EXPECT_NEAR(audio.duration_seconds(), 2.0, 0.05);
  EXPECT_NEAR(amplitude_at(audio.channel(0), 440.0, 44100), 0.5, 0.01);
}

TEST(Decode, ReadsRatesFrom8To192Kilohertz) {
  for (const auto& [name, rate, frames] :
       {std::tuple{"sine_8k_mono.wav", 8000, 24000U}, std::tuple{"sine_22k_mono.mp3", 22050, 66150U},
        std::tuple{"sine_192k_mono.wav", 192000, 192000U}, std::tuple{"sine_192k_mono.flac", 192000, 192000U}}) {
    const AudioBuffer audio = decode(media(name));
    EXPECT_EQ(audio.sample_rate_hz, rate) << name;
    EXPECT_EQ(audio.num_frames(), frames) << name;
    EXPECT_NEAR(amplitude_at(audio.channel(0), 440.0, rate), 0.5, 0.03) << name;  // LAME lowers the level a little
  }
}

TEST(Decode, ReadsASingleSampleAndSilence) {
  EXPECT_EQ(decode(media("one_sample.wav")).num_frames(), 1U);
  const AudioBuffer silence = decode(media("silence.flac"));
  EXPECT_EQ(silence.num_frames(), 220500U);
  EXPECT_EQ(std::accumulate(silence.samples.begin(), silence.samples.end(), 0.0f), 0.0f);
}

TEST(Decode, MonoIsTheMeanOfTheChannels) {
  const AudioBuffer stereo = decode(media("noise.wav"));
  const AudioBuffer mono = decode(media("noise.wav"), {.num_channels = 1});
  ASSERT_EQ(mono.num_channels, 1);
  ASSERT_EQ(mono.num_frames(), stereo.num_frames());
  for (std::size_t i = 0; i < mono.num_frames(); ++i) {
    ASSERT_FLOAT_EQ(mono.samples[i], 0.5f * stereo.channel(0)[i] + 0.5f * stereo.channel(1)[i]);
  }
  EXPECT_NEAR(decode(media("constants_8ch.wav"), {.num_channels = 1}).samples[1000], 0.45f, 1e-6);
  EXPECT_NEAR(decode(media("constants_5.1.flac"), {.num_channels = 1}).samples[1000], 0.35f, 1e-6);
}

TEST(Decode, MonoBecomesTwoEqualChannels) {
  const AudioBuffer mono = decode(media("sine_8k_mono.wav"));
  const AudioBuffer stereo = decode(media("sine_8k_mono.wav"), {.num_channels = 2});
  ASSERT_EQ(stereo.num_channels, 2);
  EXPECT_TRUE(std::ranges::equal(stereo.channel(0), mono.channel(0)));
  EXPECT_TRUE(std::ranges::equal(stereo.channel(1), mono.channel(0)));
}

TEST(Decode, SurroundToStereoFollowsTheScaledMatrix) {
  // FL, FR, FC, LFE, BL, BR = 0.1 ... 0.6: left = FL + 0.7071 FC + 0.7071 BL, no LFE, scaled by 1 / 2.4142.
  const AudioBuffer stereo = decode(media("constants_5.1.flac"), {.num_channels = 2});
  const double half = std::sqrt(0.5);
  EXPECT_NEAR(stereo.channel(0)[1000], (0.1 + half * 0.3 + half * 0.5) / (1.0 + 2.0 * half), 1e-6);
  EXPECT_NEAR(stereo.channel(1)[1000], (0.2 + half * 0.3 + half * 0.6) / (1.0 + 2.0 * half), 1e-6);
}

TEST(Decode, KeepsEightChannelsApart) {
  const AudioBuffer audio = decode(media("constants_8ch.wav"));
  ASSERT_EQ(audio.num_channels, 8);
  for (int c = 0; c < 8; ++c)
    EXPECT_FLOAT_EQ(audio.channel(c)[500], 0.1f * static_cast<float>(c + 1));
}

TEST(Decode, ResamplesWhileDecodingAsConvertDoesAfterwards) {
  const AudioBuffer whole = decode(media("noise.wav"));
  const AudioBuffer at_once = decode(media("noise.wav"), {.sample_rate_hz = 22050, .num_channels = 1});
  const AudioBuffer later = convert(whole, {22050, 1});
  EXPECT_EQ(at_once.num_frames(), 441000U);
  EXPECT_EQ(at_once.sample_rate_hz, 22050);
  EXPECT_LT(test::largest_difference(at_once.samples, later.samples), 1e-6);
}

struct RatePair {
  int from_hz;
  int to_hz;
};

class ConvertRate : public testing::TestWithParam<RatePair> {};

TEST_P(ConvertRate, KeepsASineToMinus80DecibelsAndTheLengthExactly) {
  const auto [from_hz, to_hz] = GetParam();
  const AudioBuffer converted = convert(test::sine(1000.0, 0.5, from_hz, 2.0), {to_hz, 0});
  const AudioBuffer expected = test::sine(1000.0, 0.5, to_hz, 2.0);
  ASSERT_EQ(converted.num_frames(), expected.num_frames());
  double error = 0.0;
  double power = 0.0;
  for (std::size_t i = expected.num_frames() / 10; i < expected.num_frames() * 9 / 10; ++i) {
    error += std::pow(converted.samples[i] - expected.samples[i], 2);
    power += std::pow(expected.samples[i], 2);
  }
  EXPECT_GT(10.0 * std::log10(power / error), 80.0);
}

INSTANTIATE_TEST_SUITE_P(Rates, ConvertRate,
                         testing::Values(RatePair{44100, 22050}, RatePair{44100, 24000}, RatePair{48000, 44100},
                                         RatePair{44100, 48000}, RatePair{8000, 44100}, RatePair{192000, 22050},
                                         RatePair{44101, 22050}, RatePair{48000, 32001}, RatePair{44100, 4000}));

TEST(Convert, SuppressesWhatWouldFoldBack) {
  const AudioBuffer folded = convert(test::sine(15000.0, 0.5, 44100, 1.0), {22050, 0});
  EXPECT_LT(amplitude_at(folded.channel(0), 22050.0 - 15000.0, 22050), 0.5e-4);
}

TEST(Convert, KeepsWhatHasTheFormatAlready) {
  const AudioBuffer audio = test::sine(440.0, 0.5, 44100, 0.1);
  EXPECT_EQ(convert(audio, {}).samples, audio.samples);
  EXPECT_EQ(convert(audio, {44100, 1}).samples, audio.samples);
  EXPECT_TRUE(convert(AudioView({}, 44100, 1), {22050, 2}).samples.empty());
}

TEST(Convert, RefusesWhatNoFormatCanHold) {
  const std::vector<float> three(3);
  EXPECT_THROW(convert(AudioView(three, 44100, 2), {}), InvalidArgument);
  EXPECT_THROW(convert(AudioView(three, 100, 1), {}), InvalidArgument);
  EXPECT_THROW(convert(AudioView(three, 44100, 0), {}), InvalidArgument);
  EXPECT_THROW(convert(AudioView(three, 44100, 1), {3999, 1}), InvalidArgument);
  EXPECT_THROW(convert(AudioView(three, 44100, 1), {44100, 3}), InvalidArgument);
}

TEST(Decode, KeepsItsFormatWhenTheFileChangesItsOwnMidway) {
  std::vector<std::byte> bytes = test::read_bytes(media("sines_vbr_no_xing.mp3"));
  const std::vector<std::byte> second = test::read_bytes(media("sine_22k_mono.mp3"));
  bytes.insert(bytes.end(), second.begin(), second.end());
  const std::size_t first_frames = decode(media("sines_vbr_no_xing.mp3")).num_frames();
  const AudioBuffer joined = decode(std::span<const std::byte>(bytes));
  EXPECT_EQ(joined.sample_rate_hz, 44100);
  EXPECT_EQ(joined.num_channels, 2);
  EXPECT_NEAR(static_cast<double>(joined.num_frames()), static_cast<double>(first_frames) + 3.05 * 44100, 0.1 * 44100);
  const auto second_half = [&](int c) { return joined.channel(c).subspan(first_frames + 22050, 44100); };
  EXPECT_NEAR(amplitude_at(second_half(0), 440.0, 44100), 0.5, 0.03);
  EXPECT_EQ(test::largest_difference(second_half(0), second_half(1)), 0.0);
}

TEST(Decode, RefusesOptionsOutOfRange) {
  const auto file = media("sines_s16.wav");
  EXPECT_THROW(decode(file, {.sample_rate_hz = 3999}), InvalidArgument);
  EXPECT_THROW(decode(file, {.sample_rate_hz = 384001}), InvalidArgument);
  EXPECT_THROW(decode(file, {.num_channels = 3}), InvalidArgument);
  EXPECT_THROW(decode(file, {.num_channels = -1}), InvalidArgument);
  EXPECT_THROW(decode(file, {.start_seconds = -1.0}), InvalidArgument);
  EXPECT_THROW(decode(file, {.duration_seconds = NAN}), InvalidArgument);
  EXPECT_THROW(decode(file, {.limits = {.timeout_seconds = 0.0}}), InvalidArgument);
  EXPECT_THROW(decode(file, {.limits = {.max_buffer_bytes = 0}}), InvalidArgument);
}

}  // namespace
}  // namespace mess
