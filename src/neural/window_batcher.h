// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <span>
#include <vector>

#include "mess/encode.h"
#include "src/neural/models/audio_tower.h"
#include "src/neural/task_line.h"
#include "src/neural/window_plan.h"

namespace mess::internal {

/// Collects windows of one or many tracks and runs them in batches of equal length: nothing is ever padded to a
/// neighbour's length, which would change the numbers. Memory is bounded by one batch, apart from the frames.
class WindowBatcher {
 public:
  /// The tower must outlive this object, and so must `line`, on which full batches run while more is added; without one
  /// they run at once.
  WindowBatcher(const AudioTower& tower, const WindowPlan& plan, const EncoderId& id, std::size_t num_tracks,
                std::size_t max_windows_per_batch, TaskLine* line = nullptr);

  /// Queues a window of a track; its windows come in order, a short one last.
  void add(std::size_t track, std::span<const float> window);
  /// Runs what is queued. Then finish() may be called, once per track.
  void flush();
  Frames finish(std::size_t track);

 private:
  struct Queue {
    std::vector<float> samples;
    std::vector<std::size_t> tracks;
  };
  struct Track {
    Frames frames;
    std::vector<double> sum;  // over the model's own frames
  };

  void run(std::size_t window_samples, const Queue& queue);
  void append(Track& track, const at::Tensor& frames, const at::Tensor& sum) const;

  const AudioTower* tower_;
  WindowPlan plan_;
  std::size_t max_windows_;
  TaskLine* line_;
  Queue full_;
  std::map<std::size_t, Queue> shorter_;  // by length
  std::vector<Track> tracks_;
  std::int64_t frames_per_window_ = 1;  // of a full window, as handed out
};

}  // namespace mess::internal
