// SPDX-License-Identifier: MIT
#include "src/neural/window_batcher.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <utility>

#include "mess/error.h"
#include "src/neural/guarded.h"

namespace mess::internal {
namespace {

// windows x frames x dim -> windows x num_frames x dim
at::Tensor shortened(const at::Tensor& frames, std::int64_t num_frames) {
  if (num_frames == frames.size(1))
    return frames;
  return at::adaptive_avg_pool1d(frames.transpose(1, 2), {num_frames}).transpose(1, 2);
}

at::Tensor on_cpu(const at::Tensor& tensor) { return tensor.to(at::kCPU).contiguous(); }

}  // namespace

WindowBatcher::WindowBatcher(const AudioTower& tower, const WindowPlan& plan, const EncoderId& id,
                             std::size_t num_tracks, std::size_t max_windows_per_batch, TaskLine* line)
    : tower_(&tower), plan_(plan), max_windows_(max_windows_per_batch), line_(line), tracks_(num_tracks) {
  frames_per_window_ =
      plan.frames_of(plan.window_samples, tower.num_frames(static_cast<std::int64_t>(plan.window_samples)));
  for (Track& track : tracks_) {
    track.frames.encoder_id = id;
    track.frames.dim = static_cast<std::size_t>(tower.dim());
    track.sum.resize(track.frames.dim, 0.0);
  }
}

void WindowBatcher::add(std::size_t track, std::span<const float> window) {
  Queue& queue = window.size() == plan_.window_samples ? full_ : shorter_[window.size()];
  queue.samples.insert(queue.samples.end(), window.begin(), window.end());
  queue.tracks.push_back(track);
  // Short windows wait for flush(): they follow the full ones of their track.
  if (&queue != &full_ || queue.tracks.size() < max_windows_)
    return;
  if (line_ != nullptr)
    line_->add([this, batch = std::exchange(full_, {})] { run(plan_.window_samples, batch); });
  else
    run(plan_.window_samples, std::exchange(full_, {}));
}

void WindowBatcher::flush() {
  if (line_ != nullptr)
    line_->finish();
  if (!full_.tracks.empty())
    run(plan_.window_samples, std::exchange(full_, {}));
  for (const auto& [length, queue] : shorter_)
    run(length, queue);
  shorter_.clear();
}

void WindowBatcher::run(std::size_t window_samples, const Queue& queue) {
  guarded(tracks_.front().frames.encoder_id.name, [&] {
    const c10::InferenceMode inference;
    const auto num_windows = static_cast<std::int64_t>(queue.tracks.size());
    const auto waves = at::from_blob(const_cast<float*>(queue.samples.data()),  // read only
                                     {num_windows, static_cast<std::int64_t>(window_samples)}, at::kFloat);
    for (std::int64_t first = 0; first < num_windows; first += static_cast<std::int64_t>(max_windows_)) {
      const std::int64_t count = std::min(num_windows - first, static_cast<std::int64_t>(max_windows_));
      const auto embedded = tower_->embed(waves.narrow(0, first, count));
      const auto frames = on_cpu(shortened(embedded, plan_.frames_of(window_samples, embedded.size(1))));
      const auto sums = on_cpu(embedded.sum(1));
      for (std::int64_t i = 0; i < count; ++i)
        append(tracks_[queue.tracks[static_cast<std::size_t>(first + i)]], frames[i], sums[i]);
    }
  });
}

void WindowBatcher::append(Track& track, const at::Tensor& frames, const at::Tensor& sum) const {
  if (!at::isfinite(sum).all().item<bool>()) {
    throw ModelError("[neural] " + track.frames.encoder_id.name +
                     ": expected finite values from the model, found others; its weights may be damaged");
  }
  const float* values = frames.const_data_ptr<float>();
  track.frames.values.insert(track.frames.values.end(), values, values + frames.numel());
  const float* sums = sum.const_data_ptr<float>();
  for (std::size_t d = 0; d < track.sum.size(); ++d)
    track.sum[d] += sums[d];
}

Frames WindowBatcher::finish(std::size_t index) {
  Track& track = tracks_[index];
  Frames frames = std::move(track.frames);
  frames.num_frames = frames.values.size() / frames.dim;
  frames.hop_seconds =
      plan_.overlaps() ? plan_.hop_seconds() : plan_.window_seconds() / static_cast<double>(frames_per_window_);
  frames.window_seconds = plan_.overlaps() ? plan_.window_seconds() : frames.hop_seconds;
  double square = 0.0;
  for (const double value : track.sum)
    square += value * value;
  const double length = square > 0.0 ? std::sqrt(square) : 1.0;
  for (const double value : track.sum)
    frames.track_values.push_back(static_cast<float>(value / length));
  return frames;
}

}  // namespace mess::internal
