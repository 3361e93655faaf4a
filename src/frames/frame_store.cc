// SPDX-License-Identifier: MIT
#include "mess/frame_store.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include "mess/error.h"
#include "src/frames/frame_snapshot.h"
#include "src/frames/frame_writer.h"

namespace mess {

using internal::FrameLayout;
using internal::FrameSnapshot;
using internal::TrackPlace;

struct FrameStore::Impl {
  Impl(std::filesystem::path folder_, const FrameStoreOptions& options_)
      : folder(std::move(folder_)), options(options_), current(FrameSnapshot::load(folder, nullptr)) {}

  std::filesystem::path folder;
  FrameStoreOptions options;
  std::mutex changing;       // held from the look at the disk until `current` shows it; readers do not wait for it
  mutable std::mutex mutex;  // guards the pointer alone
  std::shared_ptr<const FrameSnapshot> current;

  std::shared_ptr<const FrameSnapshot> snapshot() const {
    const std::lock_guard lock(mutex);
    return current;
  }
  void set(std::shared_ptr<const FrameSnapshot> snapshot) {
    const std::lock_guard lock(mutex);
    current.swap(snapshot);
  }
  internal::FrameWriter writer() const {
    if (options.read_only) {
      throw IndexError("[frames] " + folder.string() +
                       ": expected a store that was opened for writing, found read_only");
    }
    return internal::FrameWriter(folder, options.shard_bytes, *snapshot());
  }
  std::size_t put(std::span<const std::int64_t> ids, std::span<const FramesView> frames, bool may_be_present);
};

namespace {

std::string describe(const FrameLayout& layout) {
  return std::to_string(layout.dim) + " values of " + layout.encoder_id + " every " +
         std::to_string(layout.hop_seconds) + " s, over " + std::to_string(layout.window_seconds) + " s";
}

std::string track_text(std::int64_t id) { return "[frames] track " + std::to_string(id) + ": "; }

// That they are frames at all.
FrameLayout layout_of(std::int64_t id, const FramesView& frames, FrameStorage storage) {
  if (id < 0)
    throw InvalidArgument(track_text(id) + "expected an id of at least 0");
  if (frames.dim == 0 || frames.dim > internal::kMaxFrameDim ||
      frames.values.size() / frames.dim != frames.num_frames || frames.values.size() % frames.dim != 0) {
    throw InvalidArgument(track_text(id) + "expected frames of 1 to 65,536 values, found " +
                          std::to_string(frames.num_frames) + " x " + std::to_string(frames.dim));
  }
  if (!(frames.hop_seconds > 0.0 && std::isfinite(frames.hop_seconds)) ||
      !(frames.window_seconds >= 0.0 && std::isfinite(frames.window_seconds))) {
    throw InvalidArgument(track_text(id) + "expected a hop above 0 s, found " + std::to_string(frames.hop_seconds));
  }
  if (frames.encoder_id.name.empty() || !frames.encoder_id.pooling.empty()) {
    throw InvalidArgument(track_text(id) + "expected frames of an encoder, found the id \"" + frames.encoder_id.str() +
                          "\"");
  }
  return {.storage = storage,
          .dim = frames.dim,
          .hop_seconds = frames.hop_seconds,
          .window_seconds = frames.window_seconds,
          .encoder_id = frames.encoder_id.str()};
}

// Of at least one track.
FrameLayout common_layout(std::span<const std::int64_t> ids, std::span<const FramesView> frames,
                          const std::optional<FrameLayout>& stored, FrameStorage storage) {
  const FrameLayout expected = stored ? *stored : layout_of(ids[0], frames[0], storage);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const FrameLayout found = layout_of(ids[i], frames[i], expected.storage);
    if (expected != found)
      throw InvalidArgument(track_text(ids[i]) + "expected " + describe(expected) + ", found " + describe(found));
  }
  return expected;
}

struct FrameSpan {
  std::size_t first = 0;
  std::size_t last = 0;
};

FrameSpan frames_between(std::int64_t id, std::size_t num_frames, double hop_seconds, double begin_seconds,
                         double end_seconds) {
  // A range of whole hops holds exactly theirs, whatever its ends lost in rounding.
  constexpr double kRounding = 1e-6;
  const auto count = static_cast<double>(num_frames);
  if (!(begin_seconds >= 0.0 && end_seconds > begin_seconds))
    throw InvalidArgument(track_text(id) + "expected a begin of at least 0 s and an end above it, found " +
                          std::to_string(begin_seconds) + " to " + std::to_string(end_seconds));
  const double first = std::floor(begin_seconds / hop_seconds + kRounding);
  if (num_frames == 0 && begin_seconds == 0.0)
    return {};
  if (!(first < count)) {
    throw InvalidArgument(track_text(id) + "expected a begin before its end at " + std::to_string(count * hop_seconds) +
                          " s, found " + std::to_string(begin_seconds));
  }
  const double last = std::clamp(std::ceil(end_seconds / hop_seconds - kRounding), first + 1.0, count);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

const TrackPlace& place_of(const FrameSnapshot& snapshot, std::int64_t id) {
  if (const TrackPlace* place = snapshot.find(id))
    return *place;
  throw IndexError(track_text(id) + "expected an id that is present, found none");
}

}  // namespace

std::size_t FrameStore::Impl::put(std::span<const std::int64_t> ids, std::span<const FramesView> frames,
                                  bool may_be_present) {
  if (ids.size() != frames.size()) {
    throw InvalidArgument("[frames] tracks: expected frames for each of " + std::to_string(ids.size()) +
                          " ids, found " + std::to_string(frames.size()));
  }
  if (ids.empty())
    return 0;
  const std::lock_guard lock(changing);
  internal::FrameWriter changes = writer();
  const auto before = changes.snapshot();
  const bool is_empty = before->manifest().shards.empty();
  const FrameLayout layout =
      common_layout(ids, frames, is_empty ? std::nullopt : std::optional(before->manifest().layout), options.storage);
  std::vector<std::vector<std::byte>> rows;
  std::vector<internal::TrackRows> tracks;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!may_be_present && before->find(ids[i]) != nullptr)
      throw InvalidArgument(track_text(ids[i]) + "expected a new id, found one that is present");
    rows.push_back(internal::encode_rows(layout, frames[i], ids[i]));
    tracks.push_back({ids[i], frames[i].num_frames, rows.back()});
  }
  std::sort(tracks.begin(), tracks.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto twice =
      std::adjacent_find(tracks.begin(), tracks.end(), [](const auto& a, const auto& b) { return a.id == b.id; });
  if (twice != tracks.end())
    throw InvalidArgument(track_text(twice->id) + "expected each id once, found it twice");
  const std::size_t num_replaced = changes.put(layout, tracks);
  changes.tidy();
  set(changes.snapshot());
  return num_replaced;
}

FrameStore::FrameStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FrameStore::~FrameStore() = default;
FrameStore::FrameStore(FrameStore&&) noexcept = default;
FrameStore& FrameStore::operator=(FrameStore&&) noexcept = default;

FrameStore FrameStore::open(const std::filesystem::path& folder, const FrameStoreOptions& options) {
  auto impl = std::make_unique<Impl>(folder, options);
  if (options.read_only && impl->current->manifest().generation == 0)
    throw FormatError("[frames] " + folder.string() + ": expected a frame store, found none");
  return FrameStore(std::move(impl));
}

const std::filesystem::path& FrameStore::folder() const { return impl_->folder; }

std::size_t FrameStore::size() const { return impl_->snapshot()->places().size(); }

std::vector<std::int64_t> FrameStore::ids() const {
  const auto snapshot = impl_->snapshot();
  std::vector<std::int64_t> result;
  result.reserve(snapshot->places().size());
  for (const TrackPlace& place : snapshot->places())
    result.push_back(place.id);
  return result;
}

bool FrameStore::contains(std::int64_t id) const { return impl_->snapshot()->find(id) != nullptr; }

std::size_t FrameStore::num_frames(std::int64_t id) const {
  const auto snapshot = impl_->snapshot();
  const TrackPlace& place = place_of(*snapshot, id);
  return snapshot->shards()[place.shard]->tracks()[place.track].num_frames;
}

EncoderId FrameStore::encoder_id() const {
  const auto snapshot = impl_->snapshot();
  return snapshot->shards().empty() ? EncoderId() : EncoderId::parse(snapshot->manifest().layout.encoder_id);
}

double FrameStore::hop_seconds() const {
  const auto snapshot = impl_->snapshot();
  return snapshot->shards().empty() ? 0.0 : snapshot->manifest().layout.hop_seconds;
}

FrameStoreInfo FrameStore::info() const {
  const auto snapshot = impl_->snapshot();
  FrameStoreInfo info{.storage = impl_->options.storage, .num_tracks = snapshot->places().size()};
  if (snapshot->shards().empty())
    return info;
  const FrameLayout& layout = snapshot->manifest().layout;
  info.storage = layout.storage;
  info.dim = layout.dim;
  info.window_seconds = layout.window_seconds;
  info.num_shards = snapshot->shards().size();
  for (std::size_t i = 0; i < info.num_shards; ++i) {
    const internal::FrameShard& shard = *snapshot->shards()[i];
    info.file_bytes += shard.file_bytes();
    for (const std::uint32_t track : snapshot->manifest().shards[i].removed)
      info.removed_bytes += shard.track_bytes(track);
  }
  for (const TrackPlace& place : snapshot->places())
    info.num_frames += snapshot->shards()[place.shard]->tracks()[place.track].num_frames;
  return info;
}

void FrameStore::add(std::int64_t id, const FramesView& frames) {
  impl_->put(std::span(&id, 1), std::span(&frames, 1), false);
}

void FrameStore::add(std::span<const std::int64_t> ids, std::span<const FramesView> frames) {
  impl_->put(ids, frames, false);
}

std::size_t FrameStore::update(std::span<const std::int64_t> ids, std::span<const FramesView> frames) {
  return impl_->put(ids, frames, true);
}

std::size_t FrameStore::remove(std::span<const std::int64_t> ids) {
  if (ids.empty())
    return 0;
  const std::lock_guard lock(impl_->changing);
  internal::FrameWriter changes = impl_->writer();
  const std::size_t num_removed = changes.remove(ids);
  changes.tidy();
  impl_->set(changes.snapshot());
  return num_removed;
}

void FrameStore::compact() {
  const std::lock_guard lock(impl_->changing);
  internal::FrameWriter changes = impl_->writer();
  changes.compact();
  impl_->set(changes.snapshot());
}

StoredFrames FrameStore::view(std::int64_t id, double begin_seconds, double end_seconds) const {
  const auto snapshot = impl_->snapshot();
  const TrackPlace& place = place_of(*snapshot, id);
  const auto& shard = snapshot->shards()[place.shard];
  const FrameLayout& layout = shard->layout();
  const FrameSpan span =
      frames_between(id, shard->tracks()[place.track].num_frames, layout.hop_seconds, begin_seconds, end_seconds);
  return {.storage = layout.storage,
          .rows = shard->rows(place.track, span.first, span.last),
          .num_frames = span.last - span.first,
          .dim = layout.dim,
          .row_bytes = layout.row_bytes(),
          .first_frame = span.first,
          .hop_seconds = layout.hop_seconds,
          .window_seconds = layout.window_seconds,
          .encoder_id = EncoderId::parse(layout.encoder_id),
          .owner = shard};
}

Frames FrameStore::read(std::int64_t id, double begin_seconds, double end_seconds) const {
  const StoredFrames stored = view(id, begin_seconds, end_seconds);
  Frames frames{.values = std::vector<float>(stored.num_frames * stored.dim),
                .num_frames = stored.num_frames,
                .dim = stored.dim,
                .hop_seconds = stored.hop_seconds,
                .window_seconds = stored.window_seconds,
                .encoder_id = stored.encoder_id};
  stored.copy_to(frames.values);
  return frames;
}

bool FrameStore::refresh() {
  const std::lock_guard lock(impl_->changing);
  const auto before = impl_->snapshot();
  const auto now = FrameSnapshot::load(impl_->folder, before.get());
  impl_->set(now);
  // A store that was deleted and made again counts from 1.
  return now->manifest().generation != before->manifest().generation ||
         now->manifest().shards != before->manifest().shards;
}

void FrameStore::verify() const {
  const auto snapshot = impl_->snapshot();
  for (const auto& shard : snapshot->shards())
    shard->verify();
}

}  // namespace mess
