// SPDX-License-Identifier: MIT
#include "src/frames/frame_snapshot.h"

#include <algorithm>
#include <string>

#include "mess/error.h"

namespace mess::internal {
namespace {

std::shared_ptr<const FrameShard> open_shard(const std::filesystem::path& path) {
  try {
    return std::make_shared<const FrameShard>(path);
  } catch (const FormatError&) {
    throw;
  } catch (const Error& failure) {
    throw FormatError(failure.what());
  }
}

std::shared_ptr<const FrameShard> find_open(const FrameSnapshot* snapshot, const ShardEntry& wanted) {
  if (snapshot == nullptr)
    return nullptr;
  const auto& entries = snapshot->manifest().shards;
  const auto found = std::find_if(entries.begin(), entries.end(), [&wanted](const ShardEntry& entry) {
    return entry.number == wanted.number && entry.header_hash == wanted.header_hash;
  });
  return found == entries.end() ? nullptr : snapshot->shards()[static_cast<std::size_t>(found - entries.begin())];
}

}  // namespace

FrameSnapshot::FrameSnapshot(const std::filesystem::path& folder, FrameManifest manifest, const FrameSnapshot* previous)
    : manifest_(std::move(manifest)) {
  for (const ShardEntry& entry : manifest_.shards) {
    const std::filesystem::path path = shard_path(folder, entry.number);
    std::shared_ptr<const FrameShard> shard = find_open(previous, entry);
    if (!shard)
      shard = open_shard(path);
    const bool is_named = shard->header_hash() == entry.header_hash && shard->file_bytes() == entry.file_bytes &&
                          shard->layout() == manifest_.layout;
    if (!is_named || (!entry.removed.empty() && entry.removed.back() >= shard->tracks().size()))
      throw FormatError("[frames] " + path.string() + ": expected the shard that MANIFEST describes, found another");
    shards_.push_back(std::move(shard));
    add_places(static_cast<std::uint32_t>(shards_.size() - 1), entry.removed);
  }
  std::sort(places_.begin(), places_.end(), [](const TrackPlace& a, const TrackPlace& b) { return a.id < b.id; });
  const auto twice = std::adjacent_find(places_.begin(), places_.end(),
                                        [](const TrackPlace& a, const TrackPlace& b) { return a.id == b.id; });
  if (twice != places_.end()) {
    throw FormatError("[frames] " + manifest_path(folder).string() +
                      ": expected each track in one shard, found track " + std::to_string(twice->id) + " in two");
  }
}

void FrameSnapshot::add_places(std::uint32_t shard, const std::vector<std::uint32_t>& removed) {
  const auto tracks = shards_[shard]->tracks();
  auto next_removed = removed.begin();
  for (std::uint32_t track = 0; track < tracks.size(); ++track) {
    if (next_removed != removed.end() && *next_removed == track)
      ++next_removed;
    else
      places_.push_back({tracks[track].id, shard, track});
  }
}

std::shared_ptr<const FrameSnapshot> FrameSnapshot::load(const std::filesystem::path& folder,
                                                         const FrameSnapshot* previous) {
  // A writer may remove a shard after the manifest was read, several times over if it is quick.
  constexpr int kTries = 16;
  for (int attempt = 1;; ++attempt) {
    FrameManifest manifest = read_manifest(folder).value_or(FrameManifest());
    const std::uint64_t generation = manifest.generation;
    try {
      return std::make_shared<const FrameSnapshot>(folder, std::move(manifest), previous);
    } catch (const FormatError&) {
      const auto now = read_manifest(folder);
      if (attempt == kTries || (now ? now->generation : 0) == generation)
        throw;
    }
  }
}

const TrackPlace* FrameSnapshot::find(std::int64_t id) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), id,
                                      [](const TrackPlace& place, std::int64_t wanted) { return place.id < wanted; });
  return found == places_.end() || found->id != id ? nullptr : &*found;
}

}  // namespace mess::internal
