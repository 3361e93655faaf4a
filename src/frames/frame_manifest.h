// SPDX-License-Identifier: MIT
// Which shards of a folder count, and which of their tracks do not: the file MANIFEST, a container of kind "FMAN".
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "src/frames/frame_layout.h"
#include "src/support/numbered_file.h"

namespace mess::internal {

/// One line of the section `shards`.
struct ShardRecord {
  std::uint64_t number;
  std::uint64_t file_bytes;
  std::uint64_t header_hash;  // of the shard: another file under its name is noticed
  std::uint64_t num_removed;
};
static_assert(sizeof(ShardRecord) == 32);

struct ShardEntry {
  std::uint64_t number = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t header_hash = 0;
  std::vector<std::uint32_t> removed{};  // places in its section `tracks`, ascending
  bool operator==(const ShardEntry&) const = default;
};

struct FrameManifest {
  FrameLayout layout;  // of the shards; without any it says nothing
  std::uint64_t generation = 0;
  std::uint64_t next_number = 1;  // of a shard
  std::vector<ShardEntry> shards{};
};

constexpr NumberedFile kShardFile{"shard-", ".messframes"};

std::filesystem::path manifest_path(const std::filesystem::path& folder);
std::filesystem::path shard_path(const std::filesystem::path& folder, std::uint64_t number);

/// nullopt when there is none. @throws FormatError
std::optional<FrameManifest> read_manifest(const std::filesystem::path& folder);
/// Atomic. @throws Error
void write_manifest(const std::filesystem::path& folder, const FrameManifest& manifest);

}  // namespace mess::internal
