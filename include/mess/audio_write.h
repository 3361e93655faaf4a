// SPDX-License-Identifier: MIT
// Audio out: WAV, FLAC, MP3 and Opus files.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mess/audio.h"

namespace mess {

enum class SampleFormat { kInt16, kInt24, kFloat32 };

/// A named place of a file: ID3 chapters in MP3, CHAPTERnnn comments in FLAC and Opus; WAV has none.
struct AudioChapter {
  double start_seconds = 0.0;
  double end_seconds = 0.0;
  std::string title{};
};

struct WriteOptions {
  SampleFormat sample_format = SampleFormat::kInt16;  // FLAC: 16 or 24 bits. Integers clip at +-1 and are not dithered
  int bit_rate_kbps = 0;                              // MP3 and Opus: 32 to 320; 0 takes 192 and 128
  std::map<std::string, std::string> tags{};          // title, artist, album, genre, ...
  std::vector<AudioChapter> chapters{};
};

/// Writes audio as it comes to `.wav`, `.flac`, `.mp3`, `.opus` or `.ogg` (Opus), by the suffix of the path: beside the
/// target, synced, then renamed over it by finish(). Without finish() nothing is left.
class MESS_API AudioFileWriter {
 public:
  /// @param format  no field is 0. Opus holds 8,000, 12,000, 16,000, 24,000 and 48,000 Hz
  /// @throws InvalidArgument  another suffix, a format or options that the file cannot hold
  /// @throws Error  the file cannot be written, or FFmpeg has no encoder for it
  AudioFileWriter(const std::filesystem::path& path, const AudioFormat& format, const WriteOptions& options = {});
  ~AudioFileWriter();
  AudioFileWriter(AudioFileWriter&&) noexcept;
  AudioFileWriter& operator=(AudioFileWriter&&) noexcept;

  /// @param chunk  channel after channel, any length. @throws InvalidArgument  not whole frames, or not finite
  void write(std::span<const float> chunk);
  /// Once, at the end. @throws InvalidArgument  nothing was written. @throws Error
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes all of `audio`, as AudioFileWriter does.
/// @throws InvalidArgument  another suffix, an empty buffer, a rate or channel count the format cannot hold
/// @throws Error  the file cannot be written
MESS_API void write_audio(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options = {});

}  // namespace mess
