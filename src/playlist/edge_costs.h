// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "mess/playlist.h"

namespace mess::internal {

/// What the step from one track to another costs.
class EdgeCosts {
 public:
  EdgeCosts(std::span<const PlaylistTrack> tracks, const FlowWeights& weights);

  float operator()(std::size_t from, std::size_t to) const {
    return kept_.empty() ? static_cast<float>(compute(from, to)) : kept_[from * tracks_.size() + to];
  }
  FlowReasons reasons(std::size_t from, std::size_t to) const;

 private:
  // Beside the timbre, which is always known.
  enum Term : std::size_t { kTempo, kKey, kLoudness, kLevel, kNumTerms };
  struct Known {
    double distance = 0.0;
    double confidence = 0.0;  // 0: unknown
  };

  std::array<Known, kNumTerms> terms(std::size_t from, std::size_t to) const;
  double weighted(Term term, const Known& known) const;
  double cosine(std::size_t from, std::size_t to) const;
  double compute(std::size_t from, std::size_t to) const;
  void find_usual_distances();

  std::span<const PlaylistTrack> tracks_;
  double timbre_weight_;
  std::array<double, kNumTerms> weights_;
  std::array<double, kNumTerms> usual_{};  // the mean distance where it is known: what the unknown costs
  std::vector<float> kept_;                // num_tracks x num_tracks; empty when there are too many
};

/// "cosine 0.93, tempo x1.02, fifth up, 1.2 LU louder".
std::string describe(const FlowReasons& reasons);

}  // namespace mess::internal
