// SPDX-License-Identifier: MIT
#include "src/frames/frame_manifest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "mess/error.h"
#include "src/support/file_bytes.h"

namespace mess::internal {
namespace {

constexpr std::string_view kKind = "FMAN";

// The lists of all shards follow each other in the section `removed`.
std::vector<std::uint32_t> take_removed(const ContainerView& container, std::span<const std::byte>& rest,
                                        std::uint64_t count) {
  if (count > rest.size() / sizeof(std::uint32_t))
    container.fail("section removed: expected as many places as section shards says, found fewer");
  std::vector<std::uint32_t> removed(count);
  if (count > 0)
    std::memcpy(removed.data(), rest.data(), count * sizeof(std::uint32_t));
  rest = rest.subspan(count * sizeof(std::uint32_t));
  if (std::adjacent_find(removed.begin(), removed.end(), std::greater_equal<>()) != removed.end())
    container.fail("section removed: expected ascending places, found others");
  return removed;
}

FrameManifest parse_manifest(const ContainerView& container) {
  FrameManifest manifest;
  const auto shards = items_of(container, "shards", sizeof(ShardRecord));
  auto removed = items_of(container, "removed", sizeof(std::uint32_t));
  LayoutRecord meta;
  manifest.layout = read_layout(container, meta);
  manifest.generation = meta.counters[0];
  manifest.next_number = meta.counters[1];
  std::uint64_t previous = 0;
  for (std::size_t offset = 0; offset < shards.size(); offset += sizeof(ShardRecord)) {
    ShardRecord record;
    std::memcpy(&record, shards.data() + offset, sizeof record);
    if (record.number <= previous || record.number >= manifest.next_number)
      container.fail("section shards: expected ascending numbers, found " + std::to_string(record.number));
    previous = record.number;
    manifest.shards.push_back(
        {record.number, record.file_bytes, record.header_hash, take_removed(container, removed, record.num_removed)});
  }
  if (!removed.empty())
    container.fail("section removed: expected as many places as section shards says, found more");
  return manifest;
}

}  // namespace

std::filesystem::path manifest_path(const std::filesystem::path& folder) { return folder / "MANIFEST"; }

std::filesystem::path shard_path(const std::filesystem::path& folder, std::uint64_t number) {
  return folder / kShardFile.name(number);
}

std::optional<FrameManifest> read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = manifest_path(folder);
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return std::nullopt;
  std::vector<std::byte> bytes;
  try {
    bytes = read_file_bytes(path);
  } catch (const Error& failure) {
    throw FormatError(failure.what());
  }
  return parse_manifest(ContainerView(bytes, path.string(), kKind));
}

void write_manifest(const std::filesystem::path& folder, const FrameManifest& manifest) {
  std::vector<ShardRecord> records;
  Section removed{"removed", {}};
  for (const ShardEntry& shard : manifest.shards) {
    records.push_back({shard.number, shard.file_bytes, shard.header_hash, shard.removed.size()});
    removed.pieces.push_back(std::as_bytes(std::span(shard.removed)));
  }
  const std::string meta = write_layout(manifest.layout, manifest.generation, manifest.next_number);
  const std::array<Section, 3> sections{Section{"meta", {std::as_bytes(std::span(meta))}},
                                        Section{"shards", {std::as_bytes(std::span(records))}}, std::move(removed)};
  write_container(manifest_path(folder), kKind, sections);
}

}  // namespace mess::internal
