// SPDX-License-Identifier: MIT
// Playlists that flow: which candidates, in which order, and why each follows the one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/export.h"
#include "mess/flow.h"

namespace mess {

/// One candidate. Vectors are unit length, the same size for all; they are borrowed for the call. What is unknown costs
/// what a pair of candidates costs on average, so that it neither draws nor repels.
struct PlaylistTrack {
  std::int64_t id = 0;
  std::span<const float> vector{};       // of the whole track
  std::span<const float> head_vector{};  // of its first sounding seconds; the whole track's where empty
  std::span<const float> tail_vector{};  // of its last sounding seconds; the whole track's where empty
  double loudness_lufs = std::numeric_limits<double>::quiet_NaN();  // NaN when unknown, here and below
  double head_level_dbfs =
      std::numeric_limits<double>::quiet_NaN();  // how it begins and how it ends; see edge_levels()
  double tail_level_dbfs = std::numeric_limits<double>::quiet_NaN();
  double intensity =
      std::numeric_limits<double>::quiet_NaN();  // 0 to 1, what an arc is drawn with; see track_intensity()
  FlowTempo tempo{};
  FlowKey key{};
  double duration_seconds = 0.0;
  double relevance = 1.0;  // how well it fits what was asked for: 1 best; cosines to a seed will do
  std::string artist{};    // empty when unknown
  std::string album{};     // empty when unknown
};

/// Costs of a step from the tail of one track to the head of the next are sums of `weight * distance`, each distance
/// about 0 to 1 but those given per unit; docs/playlist.md derives them.
struct FlowWeights {
  double timbre = 1.0;     // 1 - cosine of tail and head
  double tempo = 0.15;     // octave-aware ratio, 1 from 20 % on; by the lower of the two confidences
  double key = 0.1;        // steps on the circle of fifths / 6; by the lower of the two confidences
  double loudness = 0.01;  // per LU of integrated loudness
  double level = 0.004;    // per dB between how one ends and the other begins
  double roughness =
      0.5;  // square of a step's cost, on top of it: one bad step spoils more than several good ones mend
  double relevance = 0.3;  // 1 - relevance, of each track that is chosen
  double arc = 0.3;        // distance from the arc at its place, 0 to 1, of each track
  double path = 0.6;       // distance from the straight way between the first and the last, of each track
};

/// What the intensity does along the list, as ranks among the candidates: 0 the calmest, 1 the most intense.
enum class EnergyArc { kNone, kFlat, kBuild, kPeak, kCoolDown };

struct PlaylistOptions {
  std::size_t length = 20;     // tracks in all; fewer when candidates run out
  double total_seconds = 0.0;  // instead of `length`: as many tracks as fill this time, passed by as little as possible
  std::int64_t first_id = -1;  // -1: any
  std::int64_t last_id = -1;   // -1: any
  std::vector<std::int64_t> required_ids{};  // candidates that must be in
  std::size_t artist_gap = 2;                // tracks between two of one artist
  std::size_t album_gap = 0;                 // tracks between two of one album
  std::size_t max_per_artist = 0;            // 0: no limit
  std::size_t max_per_album = 0;             // 0: no limit
  EnergyArc arc = EnergyArc::kNone;
  bool is_path = false;  // lead evenly from first_id to last_id; both must be given
  FlowWeights weights{};
  std::uint64_t seed = 0;          // of the search: another one may find another order of nearly the same cost
  std::size_t max_iterations = 0;  // moves the search tries; 0: 12,000 for each track of the list, 100,000 to 1,000,000
  double time_limit_seconds = 0.0;  // stops the search earlier; 0: never
};

struct PlaylistStep {
  std::int64_t id = 0;
  double cost = 0.0;    // of the step from the track before; 0 for the first
  FlowReasons reasons;  // what the cost is made of; nothing for the first
  std::string text;     // "cosine 0.93, tempo x1.02, same key, 1.2 LU louder"
};

/// Costs of the steps of one order.
struct FlowSummary {
  double mean = 0.0;
  double p95 = 0.0;  // nearest rank
  double worst = 0.0;
};

struct PlaylistOrder {
  std::vector<PlaylistStep> steps;
  FlowSummary flow;
  FlowSummary shuffled;           // the same tracks at random, the mean of 32 shuffles
  FlowSummary greedy;             // the same tracks, from the same first one to the nearest left, again and again
  double total_cost = 0.0;        // what was minimised: steps with roughness, relevance, arc and path
  std::size_t gap_shortfall = 0;  // places that lack for the gaps, over all pairs: 0 wherever the tracks allow it
  bool is_optimal = false;        // proven: no order of the candidates is cheaper
  bool stopped_by_time = false;   // then, without total_seconds, max_iterations = num_iterations gives this order again
  std::size_t num_iterations = 0;
};

/// Chooses among the candidates and orders them, both at once, so that the total cost is as low as can be found.
///
/// Up to 12 candidates (without total_seconds) the order is optimal: dynamic programming over subsets (Held and Karp, "A
/// dynamic programming approach to sequencing problems", 1962) that knows the last two tracks, and a depth-first search
/// bounded by it for gaps beyond. More candidates: greedy construction, then 2-opt, Or-opt, swaps and exchanges with
/// tracks that were left out, first by simulated annealing, then as a descent. The result is never dearer than the greedy
/// start, and depends on nothing but the arguments, unless the time limit stops the search.
///
/// max_per_artist and max_per_album always hold: the list is shorter where they leave nothing else. Gaps are kept before
/// any cost counts; where the tracks do not allow it, as few places as possible lack.
/// @throws InvalidArgument  no candidates, an id twice, vectors of different sizes, an id that no candidate has, length 0,
///   a path without both ends, limits that the required tracks exceed, weights that are not finite or below 0
MESS_API PlaylistOrder order_playlist(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options);

/// Describes the tracks in the order given, as order_playlist() would, and changes nothing.
/// @throws InvalidArgument  as order_playlist()
MESS_API PlaylistOrder describe_order(std::span<const PlaylistTrack> tracks, const PlaylistOptions& options);

}  // namespace mess
