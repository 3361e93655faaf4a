// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "mess/audio_write.h"
#include "src/audio/ffmpeg_handles.h"

namespace mess::internal {

enum class FileKind { kWav, kFlac, kMp3, kOpus };

/// By the suffix. All of these throw InvalidArgument.
FileKind file_kind_of(const std::filesystem::path& path);
const char* muxer_name(FileKind kind);
AVCodecID codec_for(FileKind kind, SampleFormat format, const std::string& name);
AVSampleFormat encoder_sample_format(FileKind kind, SampleFormat format);
/// Bits per second; 0 where nothing is lost.
int bit_rate_of(FileKind kind, const WriteOptions& options, const std::string& name);

void check_write_format(const std::string& name, const AudioFormat& format);
void check_write_options(const std::string& name, const WriteOptions& options);
void check_samples(const std::string& name, std::span<const float> samples, int num_channels);

}  // namespace mess::internal
