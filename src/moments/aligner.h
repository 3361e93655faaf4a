// SPDX-License-Identifier: MIT
// Places of a passage in the frames of a track, or of a part of one.
#pragma once

#include <cstddef>
#include <vector>

#include "src/moments/diagonal.h"

namespace mess::internal {

/// A passage ready to be compared.
class PassageRows {
 public:
  /// @throws InvalidArgument  a passage without frames, phases that differ in encoder, dim or hop, values not finite
  PassageRows(const Passage& passage, const FrameScale* scale);

  std::size_t num_phases() const { return phases_.size(); }
  const ScaledRows& phase(std::size_t i) const { return phases_[i]; }
  const Frames& frames() const { return *frames_; }  // of the first phase
  double hop_seconds() const { return frames_->hop_seconds; }
  double duration_seconds() const { return duration_seconds_; }
  /// @throws InvalidArgument  frames of another encoder, dim or hop
  void check_like(const FramesView& frames, const std::string& what) const;

 private:
  const Frames* frames_;
  std::vector<ScaledRows> phases_;
  double duration_seconds_;
};

struct AlignSettings {
  std::size_t max_results = 1;
  bool any_tempo = false;
  double separation_seconds = 0.0;
  const FrameScale* scale = nullptr;
};

/// @param track_begin_seconds  where in its track the first frame begins
std::vector<Alignment> align(const PassageRows& passage, const FramesView& track, double track_begin_seconds,
                             const AlignSettings& settings);

/// Sorted by score, best first, without those that start within `separation_seconds` of a better one.
std::vector<Alignment> best_apart(std::vector<Alignment> alignments, std::size_t max_results,
                                  double separation_seconds);

}  // namespace mess::internal
