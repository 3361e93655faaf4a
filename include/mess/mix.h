// SPDX-License-Identifier: MIT
// One continuous mix of a list of tracks: a plan for every transition, and the audio.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/audio_write.h"
#include "mess/export.h"
#include "mess/flow.h"

namespace mess {

/// A file and what its analysis says of it (mess/analyze.h). Times are seconds of the file.
struct MixTrack {
  std::filesystem::path path;
  double duration_seconds = 0.0;
  double sounding_start_seconds = 0.0;
  double sounding_end_seconds = 0.0;
  std::optional<double> fade_out_seconds{};                         // where a fade-out begins
  double loudness_lufs = std::numeric_limits<double>::quiet_NaN();  // NaN: it is not levelled
  std::vector<double> beats_seconds{};
  std::vector<double> downbeats_seconds{};
  std::optional<int> beats_per_bar{};
  FlowKey key{};
  std::string title{};
  std::string artist{};
  std::string album{};   // with its artist: whatever names it alone; empty when unknown
  int track_number = 0;  // 0: unknown. Neighbours of an album are joined without a gap
};

enum class TransitionTier {
  kGapless,    // neighbours of an album: sample after sample
  kBeatMatch,  // beat on beat, the next track stretched to the tempo of the one that leaves
  kFade,       // equal-power fade
  kCold,       // one ends, the next begins
};

struct Transition {
  TransitionTier tier = TransitionTier::kCold;
  double out_seconds = 0.0;          // of the track that leaves, where the overlap begins
  double in_seconds = 0.0;           // of the track that comes, where it enters
  double overlap_seconds = 0.0;      // of the mix; a pause when negative
  int bars = 0;                      // of the overlap, in the track that leaves; 0 when it is not beat-matched
  double tempo_ratio = 1.0;          // seconds of the track that comes per second of the mix, in the overlap
  double return_seconds = 0.0;       // of the mix: how long it takes afterwards to come back to its own tempo
  std::string key_relation;          // key_relation()
  std::vector<std::string> reasons;  // "tempo x0.97", "8 bars fit both", ...
};

/// One track on the timeline of the mix.
struct MixPiece {
  MixTrack track;
  double start_seconds = 0.0;  // of the mix, where it enters
  double end_seconds = 0.0;    // of the mix, where it is gone
  double gain_db = 0.0;
  double source_start_seconds = 0.0;  // of the file
  double source_end_seconds = 0.0;
  std::optional<Transition> entry;  // none for the first
};

struct MixPlan {
  std::vector<MixPiece> pieces;
  double duration_seconds = 0.0;
};

struct MixOptions {
  double target_lufs = -16.0;  // of each track
  double max_boost_db = 20.0;  // a track is not made louder than by this
  int max_bars = 8;            // 16, 8, 4, 2 or 1: the longest beat-matched overlap
  double fade_seconds = 8.0;   // of a plain fade
  double pause_seconds = 0.3;  // of a cold join
  bool keeps_albums = true;    // join neighbours of an album without a gap
};

/// Plans how each track follows the one before; docs/mix.md has the rules.
/// @throws InvalidArgument  no tracks, times out of order, options out of range
MESS_API MixPlan plan_mix(std::span<const MixTrack> tracks, const MixOptions& options = {});

/// Where a moment of a piece's file is heard, in seconds of the mix.
MESS_API double mix_time(const MixPiece& piece, double source_seconds);

struct RenderOptions {
  int sample_rate_hz = 44'100;
  int num_channels = 2;        // 1 or 2
  double ceiling_dbtp = -1.0;  // of the limiter: true peak, ITU-R BS.1770-4 annex 2
  bool swaps_bass = true;      // in beat-matched overlaps only one track has the low end at a time
  SampleFormat sample_format = SampleFormat::kInt16;
  int bit_rate_kbps = 0;  // see WriteOptions
  std::string title{};
  bool writes_cue_sheet = true;  // beside the file, with the suffix .cue
  /// Called about once per second of the mix with what is done, 0 to 1; false stops, and leaves no file.
  std::function<bool(double)> progress{};
};

/// Renders a plan to `.flac`, `.wav`, `.mp3` or `.opus`, with chapter marks (not in WAV): memory does not grow with its
/// length. The file appears when it is whole, and is exactly as long as planned (MP3 and Opus: but for their padding).
/// @return false when `progress` stopped it
/// @throws DecodeError, InvalidArgument, Error
MESS_API bool render_mix(const MixPlan& plan, const std::filesystem::path& path, const RenderOptions& options = {});

/// A cue sheet for a rendered mix. @param file_name  as the sheet names it
MESS_API std::string cue_sheet(const MixPlan& plan, const std::string& file_name, const std::string& title = {});

}  // namespace mess
