// SPDX-License-Identifier: MIT
// One state of a store: its manifest, the shards that count and where each track is. Never changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "src/frames/frame_manifest.h"
#include "src/frames/frame_shard.h"

namespace mess::internal {

struct TrackPlace {
  std::int64_t id;
  std::uint32_t shard;  // place in FrameSnapshot::shards()
  std::uint32_t track;  // place in FrameShard::tracks()
};

class FrameSnapshot {
 public:
  /// Opens the shards of a manifest; those that `previous` has open are taken from there. @throws FormatError
  FrameSnapshot(const std::filesystem::path& folder, FrameManifest manifest, const FrameSnapshot* previous);
  /// The state of a folder now; an empty one where nothing is. @throws FormatError
  static std::shared_ptr<const FrameSnapshot> load(const std::filesystem::path& folder, const FrameSnapshot* previous);

  const FrameManifest& manifest() const { return manifest_; }
  std::span<const std::shared_ptr<const FrameShard>> shards() const { return shards_; }
  /// Ascending ids.
  std::span<const TrackPlace> places() const { return places_; }
  const TrackPlace* find(std::int64_t id) const;

 private:
  void add_places(std::uint32_t shard, const std::vector<std::uint32_t>& removed);

  FrameManifest manifest_;
  std::vector<std::shared_ptr<const FrameShard>> shards_;
  std::vector<TrackPlace> places_;
};

}  // namespace mess::internal
