// SPDX-License-Identifier: MIT
// Audio out: WAV and FLAC files.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "mess/audio.h"

namespace mess {

enum class SampleFormat { kInt16, kInt24, kFloat32 };

struct WriteOptions {
  SampleFormat sample_format = SampleFormat::kInt16;  // FLAC: 16 or 24 bits. Integers clip at +-1 and are not dithered
  std::map<std::string, std::string> tags{};          // title, artist, album, genre, ...
};

/// Writes `.wav` or `.flac`, by the suffix of `path`: beside the target, synced, then renamed over it.
/// @throws InvalidArgument  another suffix, an empty buffer, a rate or channel count the format cannot hold
/// @throws Error  the file cannot be written
MESS_API void write_audio(const std::filesystem::path& path, const AudioView& audio, const WriteOptions& options = {});

}  // namespace mess
