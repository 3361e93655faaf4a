// SPDX-License-Identifier: MIT
// Measurements of a track that belong to transitions, not to similarity.
#pragma once

#include <memory>
#include <optional>

#include "mess/audio.h"

namespace mess {

struct Loudness {
  std::optional<double> integrated_lufs;  // ITU-R BS.1770-4, gated; none when every block is below -70 LUFS
  double peak_dbfs = 0.0;                 // largest sample, 20 log10 |x|; -infinity for digital silence
};

/// First and last moment where a 100 ms block is louder than -60 dBFS (RMS).
struct SoundingRange {
  double start_seconds = 0.0;
  double end_seconds = 0.0;  // equal to start when nothing sounds
};

struct Analysis {
  double duration_seconds = 0.0;
  Loudness loudness;
  SoundingRange sounding;
  bool is_silent = true;  // no block above -60 dBFS
};

/// Analyses audio as it arrives, at the file's own rate and channels. Memory does not grow beyond 8 bytes per 100 ms.
class MESS_API Analyzer : public AudioSink {
 public:
  Analyzer();
  ~Analyzer() override;
  AudioFormat wanted_format() const override;
  void begin(const AudioFormat& actual) override;
  void push(std::span<const float> chunk) override;
  /// Call once, after the last push.
  Analysis finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// @throws InvalidArgument  rate outside 4,000 to 384,000 Hz or channels outside 1 to 8
MESS_API Analysis analyze(const AudioView& audio);

struct FileAnalysis {
  Analysis analysis;
  DecodeSummary summary;
};

/// Streams the file: memory does not grow with its length. @throws DecodeError
MESS_API FileAnalysis analyze_file(const AudioSource& source, const DecodeOptions& options = {});

}  // namespace mess
