// SPDX-License-Identifier: MIT
// Audio in: files or bytes to float samples.
//
//   mess::AudioBuffer audio = mess::decode("song.mp3", {.sample_rate_hz = 22050, .num_channels = 1});
//
// Downmix to mono is the plain mean of all channels (not swresample's 1/sqrt(2) rule, which clips); mono to stereo
// copies. Resampling is libswresample, windowed sinc: 32 taps, Kaiser beta 9, cutoff 0.97, exact rational ratio,
// linear interpolation between phases off. Embeddings depend on both: changing either raises encoder versions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "mess/export.h"

namespace mess {

/// Where audio comes from: a path to a regular file, or the bytes of one. Bytes are borrowed: they must outlive the call
/// (for AudioStream: the stream). A path is never read as a URL and a file never opens another one.
struct AudioSource {
  std::variant<std::filesystem::path, std::span<const std::byte>> input;
  std::string name;  // for messages; the path when empty, "<bytes>" for bytes

  AudioSource(const char* path) : input(std::filesystem::path(path)) {}
  AudioSource(const std::string& path) : input(std::filesystem::path(path)) {}
  AudioSource(std::filesystem::path path) : input(std::move(path)) {}
  AudioSource(std::span<const std::byte> bytes, std::string name_for_messages = {})
      : input(bytes), name(std::move(name_for_messages)) {}
};

/// What an untrusted file may cost. Counted while decoding: a header's claims are never trusted.
struct DecodeLimits {
  double max_duration_seconds = 12 * 3600.0;  // decoded audio; a longer file is an error
  double timeout_seconds = 900.0;             // wall clock of one decode, conversion included, time in sinks not
  std::size_t max_buffer_bytes = std::size_t{4} << 30;  // decode() only: samples held at once
  double max_expansion = 65536.0;  // decoded bytes per encoded byte, after the first 64 MiB decoded
};

struct DecodeOptions {
  int sample_rate_hz = 0;         // 0 keeps the file's rate; otherwise 4,000 to 384,000
  int num_channels = 0;           // 0 keeps the file's channels; 1 or 2
  double start_seconds = 0.0;     // start of the range, exact to the sample
  double duration_seconds = 0.0;  // length of the range; 0 reads to the end
  DecodeLimits limits{};
};

/// Samples, channel after channel: samples[channel * num_frames + frame], nominally in [-1, 1].
struct AudioBuffer {
  std::vector<float> samples;
  int sample_rate_hz = 0;
  int num_channels = 1;

  std::size_t num_frames() const {
    return num_channels > 0 ? samples.size() / static_cast<std::size_t>(num_channels) : 0;
  }
  double duration_seconds() const {
    return sample_rate_hz > 0 ? static_cast<double>(num_frames()) / sample_rate_hz : 0.0;
  }
  std::span<const float> channel(int c) const {
    return {samples.data() + static_cast<std::size_t>(c) * num_frames(), num_frames()};
  }
};

/// Borrowed samples in AudioBuffer's layout.
struct AudioView {
  std::span<const float> samples;
  int sample_rate_hz = 0;
  int num_channels = 1;

  AudioView(std::span<const float> borrowed, int rate_hz, int channels)
      : samples(borrowed), sample_rate_hz(rate_hz), num_channels(channels) {}
  AudioView(const AudioBuffer& buffer)
      : samples(buffer.samples), sample_rate_hz(buffer.sample_rate_hz), num_channels(buffer.num_channels) {}

  std::size_t num_frames() const {
    return num_channels > 0 ? samples.size() / static_cast<std::size_t>(num_channels) : 0;
  }
  std::span<const float> channel(int c) const {
    return samples.subspan(static_cast<std::size_t>(c) * num_frames(), num_frames());
  }
};

struct AudioFormat {
  int sample_rate_hz = 0;  // 0: as in the file
  int num_channels = 0;    // 0: as in the file

  bool operator==(const AudioFormat&) const = default;
};

/// Takes audio as it is decoded. One decode pass can feed several sinks, each in its own format.
class MESS_API AudioSink {
 public:
  virtual ~AudioSink();
  /// The format this sink wants; 0 for a field keeps the file's. Called before the first push.
  virtual AudioFormat wanted_format() const = 0;
  /// The format that follows; no field is 0. Called once, before the first push.
  virtual void begin(const AudioFormat& actual) = 0;
  /// `chunk` is channel after channel, finite samples only (NaN, infinite ones and those beyond 1e6 became 0 and were counted).
  virtual void push(std::span<const float> chunk) = 0;
};

/// What one decode pass met.
struct DecodeSummary {
  double duration_seconds = 0.0;           // decoded
  AudioFormat source_format;               // as in the file
  std::int64_t num_bad_packets = 0;        // packets that were skipped as undecodable
  std::int64_t num_nonfinite_samples = 0;  // NaN, infinite or beyond 1e6: replaced by 0
  std::vector<std::string> warnings;       // sentences: "truncated: the header claims 10.0 s, 4.2 s were decoded"
};

/// Decodes all of `source` (or a range) into memory.
/// @throws DecodeError  the file is missing, not audio, damaged beyond use or over a limit
/// @throws InvalidArgument  an option is out of range
MESS_API AudioBuffer decode(const AudioSource& source, const DecodeOptions& options = {});

/// Decodes once and feeds every sink, with memory bounded by a few packets. The options' format is ignored: each sink
/// says its own.
/// @throws DecodeError, InvalidArgument  as decode(); and whatever a sink throws
MESS_API DecodeSummary decode_into(const AudioSource& source, std::span<AudioSink* const> sinks,
                                   const DecodeOptions& options = {});

/// Pulls chunks, with memory bounded by one chunk and a few packets. Not thread-safe; one stream per thread.
class MESS_API AudioStream {
 public:
  /// @param chunk_seconds  length of each chunk but the last, > 0
  AudioStream(const AudioSource& source, const DecodeOptions& options = {}, double chunk_seconds = 10.0);
  ~AudioStream();
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) noexcept;

  /// The format of every chunk.
  AudioFormat format() const;
  /// Fills `chunk` with the next piece; false at the end (then `chunk` is empty).
  bool next(AudioBuffer& chunk);
  /// Valid once next() has returned false.
  const DecodeSummary& summary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Converts rate and channels by the same rules as decode(). 0 keeps.
MESS_API AudioBuffer convert(const AudioView& audio, const AudioFormat& format);

}  // namespace mess
