// SPDX-License-Identifier: MIT
// What one track is to the next: tempo, key, level. Used to order playlists and to plan transitions.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>

#include "mess/export.h"

namespace mess {

struct FlowTempo {
  double bpm = std::numeric_limits<double>::quiet_NaN();  // NaN when unknown
  double confidence = 1.0;                                // 0 to 1
};

struct FlowKey {
  int tonic_pitch_class = -1;  // 0 = C to 11 = B; -1 when unknown
  bool is_minor = false;
  double confidence = 1.0;  // 0 to 1
};

/// "F# minor", as MusicalKey::name writes it; unknown for an empty text. @throws InvalidArgument  another text
MESS_API FlowKey parse_key(const std::string& name, double confidence);

/// `to / from`, the second tempo taken at double or half speed where that is nearer (log2 scale): 1.02 for 120 to 61.2.
/// None when one is unknown.
MESS_API std::optional<double> octave_tempo_ratio(const FlowTempo& from, const FlowTempo& to);

/// Steps on the circle of fifths between the scales of two keys, 0 to 6; relative keys share a scale. None when one is
/// unknown.
MESS_API std::optional<int> fifths_between(const FlowKey& from, const FlowKey& to);

/// "same key", "relative key", "fifth up", "fifth down", "parallel key", "3 fifths apart"; empty when one is unknown.
MESS_API std::string key_relation(const FlowKey& from, const FlowKey& to);

/// What a step is made of. The parts of the cost are weighted: they add up to it.
struct FlowReasons {
  double cosine = 1.0;                // of the tail before and this head
  std::optional<double> tempo_ratio;  // octave_tempo_ratio()
  std::string key_relation;           // key_relation()
  std::optional<double> loudness_lu;  // above 0: this one is louder
  std::optional<double> level_db;     // how it begins against how the one before ends
  double timbre_cost = 0.0;
  double tempo_cost = 0.0;
  double key_cost = 0.0;
  double loudness_cost = 0.0;
  double level_cost = 0.0;
};

struct EdgeLevels {
  double head_dbfs = std::numeric_limits<double>::quiet_NaN();  // NaN when nothing sounds
  double tail_dbfs = std::numeric_limits<double>::quiet_NaN();
};

/// Mean power of the first and the last `edge_seconds` that sound, from the level of each second (Analysis::energy_dbfs).
/// A fade-out counts as it sounds: a track that fades away ends quietly.
/// @throws InvalidArgument  edge_seconds not above 0
MESS_API EdgeLevels edge_levels(std::span<const float> energy_dbfs, double sounding_start_seconds,
                                double sounding_end_seconds, double edge_seconds = 10.0);

/// How much a track drives, 0 to 1: the mean of what is known of its loudness (-30 to -6 LUFS), onsets (0 to 8 a second)
/// and brightness. NaN when nothing is.
MESS_API double track_intensity(double integrated_lufs, double onsets_per_second, double brightness);

}  // namespace mess
