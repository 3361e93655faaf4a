// SPDX-License-Identifier: MIT
#include "src/moments/moment_index_impl.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "mess/error.h"
#include "src/moments/scaled_rows.h"
#include "src/moments/window_ids.h"

namespace mess {
namespace {

void check(const MomentIndexOptions& options) {
  for (const double seconds : {options.windows.window_seconds, options.windows.hop_seconds}) {
    if (!(seconds > 0.0 && seconds < 1e6))
      throw InvalidArgument("[moments] windows: expected lengths above 0 s, found " + std::to_string(seconds));
  }
  if (options.windows.hop_seconds > options.windows.window_seconds)
    throw InvalidArgument("[moments] windows: expected a hop of at most the window, found " +
                          std::to_string(options.windows.hop_seconds) + " s");
  internal::check_scale(options.scale, options.scale.mean.size());
}

void check_track_id(std::int64_t id) {
  if (id < 0 || id > internal::kMaxTrackId)
    throw InvalidArgument("[moments] track_id: expected 0 to " + std::to_string(internal::kMaxTrackId) + ", found " +
                          std::to_string(id));
}

std::vector<std::int64_t> window_ids(std::int64_t track_id, std::int64_t count) {
  std::vector<std::int64_t> ids;
  ids.reserve(static_cast<std::size_t>(count));
  for (std::int64_t number = 0; number < count; ++number)
    ids.push_back(internal::window_id(track_id, number));
  return ids;
}

}  // namespace

MomentIndex::MomentIndex(const MomentIndexOptions& options) : impl_(std::make_unique<Impl>(options)) { check(options); }
MomentIndex::MomentIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MomentIndex::~MomentIndex() = default;
MomentIndex::MomentIndex(MomentIndex&&) noexcept = default;
MomentIndex& MomentIndex::operator=(MomentIndex&&) noexcept = default;

std::size_t MomentIndex::num_tracks() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->num_windows.size();
}

std::size_t MomentIndex::num_windows() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->windows ? impl_->windows->size() : 0;
}

std::vector<std::int64_t> MomentIndex::track_ids() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<std::int64_t> ids;
  for (const auto& [id, count] : impl_->num_windows)
    ids.push_back(id);
  return ids;
}

EncoderId MomentIndex::encoder_id() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->encoder_id;
}

const MomentIndexOptions& MomentIndex::options() const { return impl_->options; }

SpanEmbeddings MomentIndex::Impl::embed(const FramesView& frames, std::span<const TimeSpan> spans) const {
  const internal::ScaledRows rows(frames, &options.scale, "frames");
  FramesView scaled({rows.row(0), rows.size() * rows.dim()}, rows.size(), rows.dim(), frames.encoder_id);
  scaled.hop_seconds = frames.hop_seconds;
  scaled.window_seconds = frames.window_seconds;
  return pool_spans(scaled, spans, {.kind = Pooling::kMeanStd});
}

void MomentIndex::add(std::int64_t track_id, const FramesView& frames) {
  check_track_id(track_id);
  internal::check_shape(frames, "frames");
  const std::vector<TimeSpan> spans = window_spans(frames, impl_->options.windows);
  if (static_cast<std::int64_t>(spans.size()) > internal::kMaxWindows)
    throw InvalidArgument("[moments] frames: expected at most " + std::to_string(internal::kMaxWindows) +
                          " windows of a track, found " + std::to_string(spans.size()));
  const SpanEmbeddings embedded = impl_->embed(frames, spans);
  const std::unique_lock lock(impl_->mutex);
  if (!impl_->windows) {
    impl_->windows.emplace(embedded.dim,
                           IndexOptions{.spec = impl_->options.index_spec, .encoder_id = embedded.encoder_id.str()});
    impl_->encoder_id = frames.encoder_id;
    impl_->dim = frames.dim;
    impl_->hop_seconds = frames.hop_seconds;
  }
  const bool is_alike = frames.encoder_id == impl_->encoder_id && frames.dim == impl_->dim &&
                        std::abs(frames.hop_seconds - impl_->hop_seconds) < 1e-9;
  if (!is_alike)
    throw InvalidArgument("[moments] frames: expected those of " + impl_->encoder_id.str() + " every " +
                          std::to_string(impl_->hop_seconds) + " s, found those of " + frames.encoder_id.str() +
                          " every " + std::to_string(frames.hop_seconds) + " s");
  const auto count = static_cast<std::int64_t>(spans.size());
  const std::vector<std::int64_t> ids = window_ids(track_id, count);
  const auto known = impl_->num_windows.find(track_id);
  impl_->windows->update(ids, embedded.values);
  if (known != impl_->num_windows.end() && known->second > count) {
    const std::vector<std::int64_t> before = window_ids(track_id, known->second);
    impl_->windows->remove(std::span(before).subspan(ids.size()));
  }
  impl_->num_windows[track_id] = count;
}

std::size_t MomentIndex::remove(std::span<const std::int64_t> track_ids) {
  const std::unique_lock lock(impl_->mutex);
  std::size_t num_removed = 0;
  if (!impl_->windows)
    return num_removed;
  for (const std::int64_t id : track_ids) {
    const auto known = impl_->num_windows.find(id);
    if (known == impl_->num_windows.end())
      continue;
    impl_->windows->remove(window_ids(id, known->second));
    impl_->num_windows.erase(known);
    ++num_removed;
  }
  return num_removed;
}

}  // namespace mess
