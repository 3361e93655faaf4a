// SPDX-License-Identifier: MIT
// Measurements of a track that belong to transitions, not to similarity.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/audio.h"

namespace mess {

struct Loudness {
  std::optional<double> integrated_lufs;  // ITU-R BS.1770-4, gated; none when every block is below -70 LUFS
  std::optional<double> range_lu;         // EBU Tech 3342; none under 3 s or when all is below -70 LUFS
  double peak_dbfs = 0.0;                 // largest sample, 20 log10 |x|; -infinity for digital silence
  double true_peak_dbtp = 0.0;            // the same between samples, four times oversampled by BS.1770-4 annex 2
};

/// First and last moment where a 100 ms block is louder than -60 dBFS (RMS).
struct SoundingRange {
  double start_seconds = 0.0;
  double end_seconds = 0.0;  // equal to start when nothing sounds
};

/// One piece of a track's outline, over all channels.
struct WaveformPiece {
  float lowest = 0.0f;
  float highest = 0.0f;
};

struct TempoCandidate {
  double bpm = 0.0;
  double strength = 0.0;  // 0 to 1; the candidates of a track sum to 1
};

/// Nothing is known (no bpm, confidence 0, no candidates) when nothing repeats: silence, noise, one click, a held chord.
struct Tempo {
  std::optional<double> bpm;               // mean over the track
  double confidence = 0.0;                 // 0 to 1: how regularly onsets repeat
  std::vector<TempoCandidate> candidates;  // strongest first: the same pulse at other metrical levels
};

/// Where a foot would tap. Empty without a tempo.
struct Beats {
  std::vector<double> beats_seconds;      // ascending
  std::vector<double> downbeats_seconds;  // those of them that begin a bar; empty when no bar length stands out
  std::optional<int> beats_per_bar;       // 2 to 7
  double downbeat_confidence = 0.0;       // 0 to 1
};

struct MusicalKey {
  int tonic_pitch_class = 0;  // 0 = C to 11 = B
  bool is_minor = false;
  std::string name;  // "F# minor"; tonics are C C# D Eb E F F# G Ab A Bb B
};

struct KeySegment {
  double start_seconds = 0.0;
  double end_seconds = 0.0;
  MusicalKey key;
  double confidence = 0.0;  // 0 to 1
};

/// Nothing is known (no key, confidence 0) for silence, noise and drums.
struct KeyEstimate {
  std::optional<MusicalKey> key;
  double confidence = 0.0;  // 0 to 1
  std::optional<MusicalKey> runner_up;
  double tuning_cents = 0.0;         // against A = 440 Hz, -50 to 50
  std::vector<KeySegment> segments;  // about 20 s each, neighbours of the same key joined; gaps where nothing is known
};

/// Raised with every change of the numbers: a stored analysis of an older version is made again.
inline constexpr int kAnalysisVersion = 2;

struct Analysis {
  double duration_seconds = 0.0;
  Loudness loudness;
  SoundingRange sounding;
  bool is_silent = true;  // no block above -60 dBFS
  Tempo tempo;
  Beats beats;
  KeyEstimate key;
  std::optional<double> fade_out_seconds;  // where a fade-out begins; none for a cold end
  std::vector<float> energy_dbfs;          // RMS of each second, -100 at the least
  std::vector<WaveformPiece> waveform;     // at most 1,000 equal pieces, for drawing
  double onsets_per_second = 0.0;          // notes and strokes, as far as they stand out
  double regularity = 0.0;                 // 0 to 1: how well one could dance to it; 0 without a tempo
  double brightness = 0.0;                 // 0 to 1: the centre of the spectrum, 200 Hz to 2,000 Hz on a log axis
  std::vector<std::string> words;          // "slow", "driving", "minor" ...: docs/analyze.md has the rules
  std::string mood;                        // "happy", "tense", "sad" or "calm"; empty when the key is unknown
};

/// Analyses audio as it arrives. It listens twice: at the file's own rate and channels (levels), and to mono at 22,050 Hz
/// (rhythm and harmony), a format that other sinks of the same pass may share.
class MESS_API Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// Feed both, through decode_into(); they belong to the analyzer. begin() throws InvalidArgument for a rate outside
  /// 4,000 to 384,000 Hz or channels outside 1 to 8.
  std::span<AudioSink* const> sinks() const;
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
