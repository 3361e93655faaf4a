// SPDX-License-Identifier: MIT
// The one writer of a folder: each of its steps writes what is new beside the old, then the manifest that makes it count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "src/frames/frame_snapshot.h"
#include "src/support/folder_lock.h"

namespace mess::internal {

class FrameWriter {
 public:
  /// Waits for other writers; makes the folder. @param previous  its open shards are used again
  /// @throws Error  the disk, or a damaged store
  FrameWriter(std::filesystem::path folder, std::uint64_t shard_bytes, const FrameSnapshot& previous);

  const std::shared_ptr<const FrameSnapshot>& snapshot() const { return snapshot_; }

  /// @param tracks  ascending ids, each once; those that are present are replaced. @returns how many were
  std::size_t put(const FrameLayout& layout, std::span<const TrackRows> tracks);
  /// @returns how many were present
  std::size_t remove(std::span<const std::int64_t> ids);
  /// What add() and remove() leave: merges where it is due. Its failure is no failure of theirs.
  void tidy();
  void compact();

 private:
  struct Use {
    std::uint64_t live_bytes = 0;
    std::uint64_t removed_bytes = 0;
  };
  std::vector<Use> uses() const;
  std::vector<std::size_t> due_for_merge() const;
  void merge(std::span<const std::size_t> shards);
  ShardEntry write(std::uint64_t number, const FrameLayout& layout, std::span<const TrackRows> tracks) const;
  std::size_t mark_removed(FrameManifest& manifest, std::span<const std::int64_t> ids) const;
  void publish(FrameManifest manifest);
  void remove_leftovers() const;

  std::filesystem::path folder_;
  std::uint64_t shard_bytes_;
  FolderLock lock_;
  std::shared_ptr<const FrameSnapshot> snapshot_;
};

}  // namespace mess::internal
