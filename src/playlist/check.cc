// SPDX-License-Identifier: MIT
#include "src/playlist/check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "mess/error.h"

namespace mess::internal {
namespace {

constexpr double kLargest = 1e6;  // costs are float: what is added up stays finite

void check_vector(const std::string& name, std::span<const float> vector, std::size_t dim) {
  if (vector.size() != dim || vector.empty()) {
    throw InvalidArgument(name + "expected a vector of " + std::to_string(dim) + " values like the first, found " +
                          std::to_string(vector.size()));
  }
  if (!std::all_of(vector.begin(), vector.end(), [](float v) { return std::abs(v) <= kLargest; }))
    throw InvalidArgument(name + "expected values of at most 1e6 in size, found a larger one or NaN");
}

void check_number(const std::string& name, double value) {
  if (!std::isfinite(value) || value < 0.0)
    throw InvalidArgument("[playlist] " + name + ": expected a number of at least 0, found " + std::to_string(value));
}

void check_weight(const std::string& name, double weight) {
  if (!(weight >= 0.0 && weight <= kLargest))
    throw InvalidArgument("[playlist] " + name + ": expected 0 to 1e6, found " + std::to_string(weight));
}

// What is not known is NaN.
void check_level(const std::string& name, double level) {
  if (std::abs(level) > kLargest)
    throw InvalidArgument(name + ": expected at most 1e6 in size, found " + std::to_string(level));
}

}  // namespace

void check_tracks(std::span<const PlaylistTrack> tracks) {
  if (tracks.empty())
    throw InvalidArgument("[playlist] candidates: expected at least one, found none");
  std::unordered_set<std::int64_t> ids;
  for (const PlaylistTrack& track : tracks) {
    const std::string name = "[playlist] candidate " + std::to_string(track.id) + ": ";
    if (!ids.insert(track.id).second)
      throw InvalidArgument(name + "expected each id once, found it twice");
    check_vector(name, track.vector, tracks.front().vector.size());
    if (!track.head_vector.empty())
      check_vector(name + "head_vector: ", track.head_vector, track.vector.size());
    if (!track.tail_vector.empty())
      check_vector(name + "tail_vector: ", track.tail_vector, track.vector.size());
    if (track.key.tonic_pitch_class < -1 || track.key.tonic_pitch_class > 11) {
      throw InvalidArgument(name + "expected a pitch class of 0 to 11 or -1, found " +
                            std::to_string(track.key.tonic_pitch_class));
    }
    const std::array<std::pair<const char*, double>, 2> shares{
        {{"tempo confidence", track.tempo.confidence}, {"key confidence", track.key.confidence}}};
    for (const auto& [what, share] : shares) {
      if (!(share >= 0.0 && share <= 1.0))
        throw InvalidArgument(name + what + ": expected 0 to 1, found " + std::to_string(share));
    }
    if (!std::isfinite(track.duration_seconds) || track.duration_seconds < 0.0 ||
        !(std::abs(track.relevance) <= kLargest))
      throw InvalidArgument(name +
                            "expected a finite duration of at least 0 and a relevance of at most 1e6, found another");
    check_level(name + "loudness", track.loudness_lufs);
    check_level(name + "head level", track.head_level_dbfs);
    check_level(name + "tail level", track.tail_level_dbfs);
    check_level(name + "intensity", track.intensity);
    check_level(name + "tempo", track.tempo.bpm);
  }
}

void check_options(const PlaylistOptions& options) {
  if (options.length == 0 && options.total_seconds == 0.0)
    throw InvalidArgument("[playlist] length: expected at least 1, found 0");
  check_number("total_seconds", options.total_seconds);
  check_number("time_limit_seconds", options.time_limit_seconds);
  const FlowWeights& weights = options.weights;
  const std::array<std::pair<const char*, double>, 9> named{{{"timbre_weight", weights.timbre},
                                                             {"tempo_weight", weights.tempo},
                                                             {"key_weight", weights.key},
                                                             {"loudness_weight", weights.loudness},
                                                             {"level_weight", weights.level},
                                                             {"roughness_weight", weights.roughness},
                                                             {"relevance_weight", weights.relevance},
                                                             {"arc_weight", weights.arc},
                                                             {"path_weight", weights.path}}};
  for (const auto& [name, weight] : named)
    check_weight(name, weight);
  if (options.is_path && (options.first_id == -1 || options.last_id == -1))
    throw InvalidArgument("[playlist] path: expected first_id and last_id, found only one or none");
}

}  // namespace mess::internal
