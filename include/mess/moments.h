// SPDX-License-Identifier: MIT
// Passages: where in a track, and in which track of a library, is this heard?
//
//   mess::Passage passage = mess::encode_passage(*encoder, clip);
//   auto places = mess::align_frames(passage, frames_of_a_track);
//   auto moments = index.find(passage, reader, {.k = 10});
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/encode.h"
#include "mess/export.h"
#include "mess/pool.h"

namespace mess {

/// What to look for: its frames, made once or several times, each time from audio that begins a part of a hop later.
/// Frames of a track begin at multiples of the hop, a passage begins anywhere: of several phases, one fits. 16 are as many
/// as "acoustic" has spectra in a hop.
struct MESS_API Passage {
  std::vector<Frames> phases;     // phase i begins i / phases.size() of a hop into the passage
  double duration_seconds = 0.0;  // of the audio

  /// One phase: frames as they are, such as a part of a stored track.
  static Passage from_frames(Frames frames);
};

/// Frames that reach beyond the audio are left out, unless there are no others.
/// @throws InvalidArgument  no phases or more than 64, and as Encoder::encode()
MESS_API Passage encode_passage(const Encoder& encoder, const AudioView& audio, std::size_t num_phases = 16);

/// Mean and deviation of each dimension: frames whose dimensions have means far from 0 or sizes far apart must be
/// standardised before they tell tracks apart. Those of "acoustic" are standardised already.
struct FrameScale {
  std::vector<float> mean;
  std::vector<float> deviation;  // each above 0
};

/// Over all frames given; to the variance of each dimension a hundredth of their mean is added.
/// @throws InvalidArgument  no frames, different dims, values that are not finite
MESS_API FrameScale fit_frame_scale(std::span<const FramesView> frames);

/// A place where a passage is heard. With q(t) and x(t) the standardised frames of passage and track that lie on each
/// other:
///   score      2 sum q.x / (sum |q|^2 + sum |x|^2), times the share of the passage (or of a shorter track) that is
///              covered: 1 is the same, about 0 has nothing in common
///   agreement  whether it also changes alike: the same after each mean over time is subtracted, each dimension divided
///              by its variance in both plus a tenth of their mean, so that each counts alike. From -1 to 1
struct Alignment {
  double start_seconds = 0.0;  // in the track
  double end_seconds = 0.0;
  double query_start_seconds = 0.0;  // where in the passage that is: above 0 when the track begins within it
  double tempo_ratio = 1.0;          // above 1: the track plays it faster
  float score = 0.0f;
  float agreement = 0.0f;
  /// The same audio, perhaps encoded anew, and not just the same sound: agreement of at least 0.65 and a score of at
  /// least 0.75 over at least 3 s at the same tempo. Never of audio that does not change, such as silence.
  bool is_same_recording = false;
};

struct AlignOptions {
  std::size_t max_results = 1;
  /// Half to twice the tempo too, by subsequence dynamic time warping (Mueller, "Fundamentals of Music Processing", 2015,
  /// section 7.2) with the steps (1,1), (1,2) and (2,1), each weighted by the frames of the passage it takes; the cost is
  /// |q - x|^2 / (|q|^2 + |x|^2), and the score 1 less its mean, less 0.02: a bent path always fits a little better.
  /// Otherwise sums along the diagonals of the similarity matrix: the same tempo.
  bool any_tempo = false;
  double min_separation_seconds = 0.0;  // of two results; 0: half the passage
  const FrameScale* scale = nullptr;    // null: frames as they are
};

/// The places in a track that are most like a passage, best first. Offsets are finer than the hop: the best phase, and
/// the vertex of a parabola through the three scores around it.
/// @throws InvalidArgument  no frames, frames of another encoder or hop, values that are not finite, a bad option
MESS_API std::vector<Alignment> align_frames(const Passage& passage, const FramesView& track,
                                             const AlignOptions& options = {});

struct Moment {
  std::int64_t track_id = 0;
  Alignment alignment;
};

/// Frames t of a track whose time [t, t + 1) x hop_seconds overlaps [begin_seconds, end_seconds), cut at the track's
/// end, as FrameStore::read() gives them.
using FrameReader = std::function<Frames(std::int64_t track_id, double begin_seconds, double end_seconds)>;

/// The place a passage was taken from.
struct OwnPassage {
  std::int64_t track_id = 0;
  double start_seconds = 0.0;
  double end_seconds = 0.0;
};

struct FindMomentOptions {
  std::size_t k = 10;
  std::size_t max_per_track = 3;
  std::size_t num_proposals =
      64;                  // windows asked of the index for each of the passage, more when they crowd; 0: all tracks
  bool any_tempo = false;  // as in AlignOptions
  std::optional<OwnPassage> own{};  // results that overlap it are left out
};

struct MomentIndexOptions {
  WindowOptions windows{.window_seconds = 10.0, .hop_seconds = 5.0};
  std::string index_spec = "auto";  // as in IndexOptions
  FrameScale scale{};               // empty: frames as they are
};

/// Windows of tracks in a vector index propose where a passage may be, their frames decide. Thread-safe.
class MESS_API MomentIndex {
 public:
  /// Takes encoder, dim and hop from the first frames added. @throws InvalidArgument
  explicit MomentIndex(const MomentIndexOptions& options = {});
  ~MomentIndex();
  MomentIndex(MomentIndex&&) noexcept;
  MomentIndex& operator=(MomentIndex&&) noexcept;

  std::size_t num_tracks() const;
  std::size_t num_windows() const;
  /// Ascending.
  std::vector<std::int64_t> track_ids() const;
  /// Of the frames; an id without a name while nothing was added.
  EncoderId encoder_id() const;
  const MomentIndexOptions& options() const;

  /// Adds a track's windows, or replaces them. @param track_id  0 to 2^43 - 1
  /// @throws InvalidArgument  frames of another encoder, dim or hop, without hop, not finite; another track id
  void add(std::int64_t track_id, const FramesView& frames);
  /// @returns how many were present
  std::size_t remove(std::span<const std::int64_t> track_ids);

  /// The moments most like a passage, best first. @param read  called in this thread
  /// @throws InvalidArgument  k or max_per_track of 0; a passage without frames, of another encoder, or not finite
  std::vector<Moment> find(const Passage& passage, const FrameReader& read,
                           const FindMomentOptions& options = {}) const;

  /// One checked file; a reader sees the old or the new one. @throws Error
  void save(const std::filesystem::path& path) const;
  /// @throws FormatError
  static MomentIndex load(const std::filesystem::path& path);

 private:
  struct Impl;
  explicit MomentIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess
