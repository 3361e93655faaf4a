// SPDX-License-Identifier: MIT
// A file with the frames of some tracks, written once: a container of kind "FRAM"; docs/frames.md lists it byte by byte.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "src/frames/frame_layout.h"
#include "src/support/container.h"
#include "src/support/mapped_file.h"

namespace mess::internal {

/// One line of the section `tracks`.
struct TrackRecord {
  std::int64_t id;
  std::uint64_t offset;  // of its first row in the section `rows`, a multiple of 64
  std::uint64_t num_frames;
  std::uint64_t first_block;  // its first checksum in the section `blocks`
};
static_assert(sizeof(TrackRecord) == 32);

/// Rows to write, as the layout keeps them.
struct TrackRows {
  std::int64_t id;
  std::uint64_t num_frames;
  std::span<const std::byte> rows;
};

/// Atomic. @param tracks  ascending ids, each once. @throws Error
void write_shard(const std::filesystem::path& path, const FrameLayout& layout, std::span<const TrackRows> tracks);

/// Thread-safe. Frames are compared with their checksums when they are first read.
class FrameShard {
 public:
  /// Reads all but the frames. @throws FormatError
  explicit FrameShard(const std::filesystem::path& path);

  const FrameLayout& layout() const { return layout_; }
  std::span<const TrackRecord> tracks() const { return tracks_; }
  std::uint64_t file_bytes() const { return file_.bytes().size(); }
  /// Stands for the content of the whole file.
  std::uint64_t header_hash() const { return container_.header_hash(); }
  std::uint64_t track_bytes(std::size_t track) const { return tracks_[track].num_frames * layout_.row_bytes(); }

  /// Frames first to last - 1 of the track at this place. @throws FormatError  they are damaged
  std::span<const std::byte> rows(std::size_t track, std::size_t first, std::size_t last) const;
  /// Compares the whole file with its checksums. @throws FormatError
  void verify() const { container_.verify(); }

 private:
  void check_tracks();
  void check_blocks(std::size_t track, std::uint64_t first_byte, std::uint64_t last_byte) const;
  bool is_checked(std::uint64_t block) const;

  MappedFile file_;
  ContainerView container_;
  FrameLayout layout_;
  std::span<const TrackRecord> tracks_;
  std::span<const std::uint64_t> block_hashes_;
  std::span<const std::byte> rows_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> checked_;  // a bit per block
};

}  // namespace mess::internal
