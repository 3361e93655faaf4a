// SPDX-License-Identifier: MIT
#include "src/audio/write_format.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "src/audio/decode_options.h"

namespace mess::internal {
namespace {

[[noreturn]] void refuse(const std::string& subject, const std::string& expected, const std::string& found) {
  throw InvalidArgument("[write] " + subject + ": expected " + expected + ", found " + found);
}

constexpr int kMp3Kbps = 192;
constexpr int kOpusKbps = 128;

}  // namespace

FileKind file_kind_of(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  if (suffix == ".wav")
    return FileKind::kWav;
  if (suffix == ".flac")
    return FileKind::kFlac;
  if (suffix == ".mp3")
    return FileKind::kMp3;
  if (suffix == ".opus" || suffix == ".ogg")
    return FileKind::kOpus;
  refuse(path.string(), "a path that ends in .wav, .flac, .mp3, .opus or .ogg",
         suffix.empty() ? "no suffix" : suffix);
}

const char* muxer_name(FileKind kind) {
  switch (kind) {
    case FileKind::kWav:
      return "wav";
    case FileKind::kFlac:
      return "flac";
    case FileKind::kMp3:
      return "mp3";
    case FileKind::kOpus:
      break;
  }
  return "opus";
}

AVCodecID codec_for(FileKind kind, SampleFormat format, const std::string& name) {
  if (kind == FileKind::kMp3)
    return AV_CODEC_ID_MP3;
  if (kind == FileKind::kOpus)
    return AV_CODEC_ID_OPUS;
  if (kind == FileKind::kFlac) {
    if (format == SampleFormat::kFloat32)
      refuse(name, "16 or 24 bits in FLAC", "kFloat32");
    return AV_CODEC_ID_FLAC;
  }
  switch (format) {
    case SampleFormat::kInt16:
      return AV_CODEC_ID_PCM_S16LE;
    case SampleFormat::kInt24:
      return AV_CODEC_ID_PCM_S24LE;
    case SampleFormat::kFloat32:
      return AV_CODEC_ID_PCM_F32LE;
  }
  refuse("sample_format", "kInt16, kInt24 or kFloat32", std::to_string(static_cast<int>(format)));
}

AVSampleFormat encoder_sample_format(FileKind kind, SampleFormat format) {
  if (kind == FileKind::kMp3)
    return AV_SAMPLE_FMT_FLTP;
  if (kind == FileKind::kOpus || format == SampleFormat::kFloat32)
    return AV_SAMPLE_FMT_FLT;
  return format == SampleFormat::kInt16 ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_S32;
}

int bit_rate_of(FileKind kind, const WriteOptions& options, const std::string& name) {
  if (kind == FileKind::kWav || kind == FileKind::kFlac)
    return 0;
  const int kbps = options.bit_rate_kbps;
  if (kbps != 0 && (kbps < 32 || kbps > 320))
    refuse(name, "a bit rate of 32 to 320 kbit/s", std::to_string(kbps));
  return 1000 * (kbps != 0 ? kbps : kind == FileKind::kMp3 ? kMp3Kbps : kOpusKbps);
}

void check_write_format(const std::string& name, const AudioFormat& format) {
  if (format.sample_rate_hz < kMinSampleRateHz || format.sample_rate_hz > kMaxSampleRateHz)
    refuse(name, "a sample rate of 4,000 to 384,000 Hz", std::to_string(format.sample_rate_hz));
  if (format.num_channels < 1 || format.num_channels > kMaxChannels)
    refuse(name, "1 to 8 channels", std::to_string(format.num_channels));
}

void check_write_options(const std::string& name, const WriteOptions& options) {
  for (const auto& [key, value] : options.tags) {
    // Vorbis comments are KEY=value: a key with '=' would be read back as another one.
    const bool is_plain = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
      return c >= 0x20 && c < 0x7F && c != '=';
    });
    if (!is_plain)
      refuse(name, "tag keys of printable ASCII without '='", "\"" + key + "\"");
  }
  for (const AudioChapter& chapter : options.chapters) {
    if (!(chapter.start_seconds >= 0.0 && chapter.end_seconds >= chapter.start_seconds && chapter.end_seconds < 1e9))
      refuse(name, "chapters that end after they start", "one that does not");
  }
}

void check_samples(const std::string& name, std::span<const float> samples, int num_channels) {
  if (samples.size() % static_cast<std::size_t>(num_channels) != 0)
    refuse(name, "a positive multiple of " + std::to_string(num_channels) + " samples", std::to_string(samples.size()));
  const auto bad = std::find_if(samples.begin(), samples.end(), [](float s) { return !std::isfinite(s); });
  if (bad != samples.end())
    refuse(name, "finite samples", std::to_string(*bad) + " at index " + std::to_string(bad - samples.begin()));
}

}  // namespace mess::internal
