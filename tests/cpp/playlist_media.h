// SPDX-License-Identifier: MIT
// Made-up candidates for the tests of playlists.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "mess/playlist.h"

namespace mess {

/// Candidates whose every field is drawn at random, some of it unknown.
class RandomTracks {
 public:
  RandomTracks(std::size_t count, std::uint64_t seed, std::size_t num_artists = 1000, std::size_t dim = 8) {
    std::mt19937_64 random(seed);
    const auto unit = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    vectors_.resize(3 * count);
    for (auto& vector : vectors_) {
      double squares = 0.0;
      for (std::size_t i = 0; i < dim; ++i) {
        vector.push_back(static_cast<float>(unit() - 0.3));
        squares += vector.back() * vector.back();
      }
      for (float& value : vector)
        value /= static_cast<float>(std::sqrt(squares));
    }
    for (std::size_t i = 0; i < count; ++i) {
      PlaylistTrack track;
      track.id = static_cast<std::int64_t>(i);
      track.vector = vectors_[3 * i];
      track.head_vector = vectors_[3 * i + 1];
      track.tail_vector = vectors_[3 * i + 2];
      if (unit() < 0.9)
        track.loudness_lufs = -20.0 + 12.0 * unit();
      if (unit() < 0.9)
        track.tempo = {60.0 + 120.0 * unit(), unit()};
      if (unit() < 0.9)
        track.key = {static_cast<int>(random() % 12), random() % 2 == 0, unit()};
      track.head_level_dbfs = -40.0 + 30.0 * unit();
      track.tail_level_dbfs = -40.0 + 30.0 * unit();
      track.intensity = unit();
      track.relevance = unit();
      track.duration_seconds = 120.0 + 200.0 * unit();
      track.artist = "artist " + std::to_string(random() % num_artists);
      track.album = track.artist + ", album " + std::to_string(random() % 2);
      tracks_.push_back(track);
    }
  }
  std::vector<PlaylistTrack>& tracks() { return tracks_; }

 private:
  std::vector<std::vector<float>> vectors_;
  std::vector<PlaylistTrack> tracks_;
};

inline std::vector<std::int64_t> ids_of(const PlaylistOrder& order) {
  std::vector<std::int64_t> ids;
  for (const PlaylistStep& step : order.steps)
    ids.push_back(step.id);
  return ids;
}

}  // namespace mess
