// SPDX-License-Identifier: MIT
#include "src/frames/frame_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "mess/error.h"

namespace mess::internal {
namespace {

constexpr std::string_view kTemporaryPrefix = ".mess.";
// So many shards of a size are merged into one: each frame is written again once per factor of eight.
constexpr std::size_t kMergeCount = 8;
constexpr std::uint64_t kSmallestShard = std::uint64_t{512} << 10;

int size_class(std::uint64_t bytes) {
  int result = 0;
  for (; bytes >= kSmallestShard; bytes /= kMergeCount)
    ++result;
  return result;
}

std::filesystem::path made(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return folder;
}

}  // namespace

FrameWriter::FrameWriter(std::filesystem::path folder, std::uint64_t shard_bytes, const FrameSnapshot& previous)
    : folder_(std::move(folder)),
      shard_bytes_(shard_bytes),
      lock_(made(folder_)),
      snapshot_(FrameSnapshot::load(folder_, &previous)) {}

std::size_t FrameWriter::put(const FrameLayout& layout, std::span<const TrackRows> tracks) {
  FrameManifest manifest = snapshot_->manifest();
  manifest.layout = layout;
  std::vector<std::int64_t> ids;
  for (const TrackRows& track : tracks)
    ids.push_back(track.id);
  const std::size_t num_replaced = mark_removed(manifest, ids);
  manifest.shards.push_back(write(manifest.next_number, layout, tracks));
  ++manifest.next_number;
  publish(std::move(manifest));
  return num_replaced;
}

std::size_t FrameWriter::remove(std::span<const std::int64_t> ids) {
  FrameManifest manifest = snapshot_->manifest();
  const std::size_t num_removed = mark_removed(manifest, ids);
  if (num_removed > 0)
    publish(std::move(manifest));
  return num_removed;
}

void FrameWriter::tidy() {
  try {
    for (std::vector<std::size_t> due = due_for_merge(); !due.empty(); due = due_for_merge())
      merge(due);
  } catch (const Error&) {
    // The next change tries again; compact() says what stops it.
    return;
  }
}

void FrameWriter::compact() {
  // Merging changes places, so that groups are kept by number.
  std::vector<std::vector<std::uint64_t>> groups(1);
  std::uint64_t group_bytes = 0;
  const std::vector<Use> all = uses();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ShardEntry& shard = snapshot_->manifest().shards[i];
    if (shard.removed.empty() && shard.file_bytes >= shard_bytes_)
      continue;
    if (group_bytes >= shard_bytes_) {
      groups.emplace_back();
      group_bytes = 0;
    }
    groups.back().push_back(shard.number);
    group_bytes += all[i].live_bytes;
  }
  for (const auto& group : groups) {
    std::vector<std::size_t> places;
    bool has_removed = false;
    for (std::size_t i = 0; i < snapshot_->manifest().shards.size(); ++i) {
      const ShardEntry& shard = snapshot_->manifest().shards[i];
      if (std::find(group.begin(), group.end(), shard.number) == group.end())
        continue;
      places.push_back(i);
      has_removed |= !shard.removed.empty();
    }
    if (places.size() > 1 || has_removed)
      merge(places);
  }
}

std::vector<FrameWriter::Use> FrameWriter::uses() const {
  std::vector<Use> result(snapshot_->shards().size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const FrameShard& shard = *snapshot_->shards()[i];
    for (std::size_t track = 0; track < shard.tracks().size(); ++track)
      result[i].live_bytes += shard.track_bytes(track);
    for (const std::uint32_t track : snapshot_->manifest().shards[i].removed)
      result[i].removed_bytes += shard.track_bytes(track);
    result[i].live_bytes -= result[i].removed_bytes;
  }
  return result;
}

std::vector<std::size_t> FrameWriter::due_for_merge() const {
  const std::vector<Use> all = uses();
  std::map<int, std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].removed_bytes > all[i].live_bytes)
      return {i};
    if (snapshot_->manifest().shards[i].file_bytes >= shard_bytes_)
      continue;
    auto& alike = classes[size_class(all[i].live_bytes)];
    alike.push_back(i);
    if (alike.size() == kMergeCount)
      return alike;
  }
  return {};
}

void FrameWriter::merge(std::span<const std::size_t> shards) {
  std::vector<bool> is_merged(snapshot_->shards().size());
  for (const std::size_t i : shards)
    is_merged[i] = true;
  std::vector<TrackRows> tracks;
  for (const TrackPlace& place : snapshot_->places()) {
    if (!is_merged[place.shard])
      continue;
    const FrameShard& shard = *snapshot_->shards()[place.shard];
    const std::uint64_t num_frames = shard.tracks()[place.track].num_frames;
    tracks.push_back({place.id, num_frames, shard.rows(place.track, 0, num_frames)});
  }
  FrameManifest manifest = snapshot_->manifest();
  std::vector<ShardEntry> kept;
  for (std::size_t i = 0; i < manifest.shards.size(); ++i) {
    if (!is_merged[i])
      kept.push_back(std::move(manifest.shards[i]));
  }
  kept.push_back(write(manifest.next_number, manifest.layout, tracks));
  manifest.shards = std::move(kept);
  ++manifest.next_number;
  publish(std::move(manifest));
}

ShardEntry FrameWriter::write(std::uint64_t number, const FrameLayout& layout,
                              std::span<const TrackRows> tracks) const {
  const std::filesystem::path path = shard_path(folder_, number);
  write_shard(path, layout, tracks);
  // Reading it back checks what the manifest is about to promise.
  const FrameShard shard(path);
  return {.number = number, .file_bytes = shard.file_bytes(), .header_hash = shard.header_hash()};
}

std::size_t FrameWriter::mark_removed(FrameManifest& manifest, std::span<const std::int64_t> ids) const {
  std::size_t num_removed = 0;
  for (const std::int64_t id : std::set<std::int64_t>(ids.begin(), ids.end())) {
    if (const TrackPlace* place = snapshot_->find(id)) {
      manifest.shards[place->shard].removed.push_back(place->track);
      ++num_removed;
    }
  }
  std::vector<ShardEntry> kept;
  for (std::size_t i = 0; i < manifest.shards.size(); ++i) {
    std::sort(manifest.shards[i].removed.begin(), manifest.shards[i].removed.end());
    if (manifest.shards[i].removed.size() < snapshot_->shards()[i]->tracks().size())
      kept.push_back(std::move(manifest.shards[i]));
  }
  manifest.shards = std::move(kept);
  return num_removed;
}

void FrameWriter::publish(FrameManifest manifest) {
  ++manifest.generation;
  write_manifest(folder_, manifest);
  snapshot_ = std::make_shared<const FrameSnapshot>(folder_, std::move(manifest), snapshot_.get());
  remove_leftovers();
}

// Only what no manifest names: files of writers that died, and shards that were merged or emptied.
void FrameWriter::remove_leftovers() const {
  std::set<std::uint64_t> numbers;
  for (const ShardEntry& shard : snapshot_->manifest().shards)
    numbers.insert(shard.number);
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = file.path().filename().string();
    const auto number = kShardFile.number(name);
    if (name.starts_with(kTemporaryPrefix) || (number && !numbers.contains(*number)))
      std::filesystem::remove(file.path(), error);
  }
}

}  // namespace mess::internal
