// SPDX-License-Identifier: MIT
#include "src/frames/frame_shard.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <string>

namespace mess::internal {
namespace {

constexpr std::string_view kKind = "FRAM";
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint64_t kBlockBytes = 32768;

std::uint64_t align_up(std::uint64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

std::uint64_t num_blocks(std::uint64_t bytes) { return (bytes + kBlockBytes - 1) / kBlockBytes; }

template <typename T>
std::span<const T> typed_items(const ContainerView& container, const char* section) {
  const auto bytes = items_of(container, section, sizeof(T));
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

// Reads what is about to be used in one go instead of a fault per page; where the kernel does not know how, pages come
// one by one.
void load_pages(std::span<const std::byte> bytes) {
#ifdef MADV_POPULATE_READ
  constexpr std::uintptr_t kPage = 4096;
  const std::size_t before = reinterpret_cast<std::uintptr_t>(bytes.data()) % kPage;
  auto* const begin = const_cast<std::byte*>(bytes.data()) - before;
  ::madvise(begin, before + bytes.size(), MADV_WILLNEED);
  ::madvise(begin, before + bytes.size(), MADV_POPULATE_READ);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace

void write_shard(const std::filesystem::path& path, const FrameLayout& layout, std::span<const TrackRows> tracks) {
  static constexpr std::array<std::byte, kAlignment> kZeros{};
  std::vector<TrackRecord> records;
  std::vector<std::uint64_t> hashes;
  Section rows{"rows", {}};
  std::uint64_t end = 0;
  for (const TrackRows& track : tracks) {
    const std::uint64_t offset = align_up(end);
    rows.pieces.push_back(std::span(kZeros).first(offset - end));
    rows.pieces.push_back(track.rows);
    records.push_back({track.id, offset, track.num_frames, hashes.size()});
    for (std::uint64_t begin = 0; begin < track.rows.size(); begin += kBlockBytes)
      hashes.push_back(content_hash(track.rows.subspan(begin, std::min(kBlockBytes, track.rows.size() - begin))));
    end = offset + track.rows.size();
  }
  const std::string meta = write_layout(layout, 0, 0);
  const std::array<Section, 4> sections{Section{"meta", {std::as_bytes(std::span(meta))}},
                                        Section{"tracks", {std::as_bytes(std::span(records))}},
                                        Section{"blocks", {std::as_bytes(std::span(hashes))}}, std::move(rows)};
  write_container(path, kKind, sections);
}

FrameShard::FrameShard(const std::filesystem::path& path)
    : file_(path, MapAccess::kReadOnly), container_(file_.bytes(), path.string(), kKind, 0) {
  LayoutRecord record;
  layout_ = read_layout(container_, record);
  tracks_ = typed_items<TrackRecord>(container_, "tracks");
  block_hashes_ = typed_items<std::uint64_t>(container_, "blocks");
  rows_ = container_.section("rows");
  check_tracks();
  constexpr std::size_t kWordBits = 64;
  checked_ = std::make_unique<std::atomic<std::uint64_t>[]>((block_hashes_.size() + kWordBits - 1) / kWordBits);
}

void FrameShard::check_tracks() {
  std::uint64_t end = 0;
  std::uint64_t block = 0;
  std::int64_t previous = -1;
  for (const TrackRecord& track : tracks_) {
    const std::uint64_t room = rows_.size() - end;
    if (track.id <= previous || track.offset != align_up(end) || track.first_block != block ||
        track.offset - end > room || track.num_frames > (room - (track.offset - end)) / layout_.row_bytes()) {
      container_.fail("section tracks: track " + std::to_string(track.id) +
                      ": expected it to follow the one before, found other bounds");
    }
    previous = track.id;
    end = track.offset + track.num_frames * layout_.row_bytes();
    block += num_blocks(end - track.offset);
  }
  if (end != rows_.size())
    container_.fail("section rows: expected " + std::to_string(end) + " bytes, found " + std::to_string(rows_.size()));
  if (block != block_hashes_.size()) {
    container_.fail("section blocks: expected " + std::to_string(block) + " checksums, found " +
                    std::to_string(block_hashes_.size()));
  }
}

std::span<const std::byte> FrameShard::rows(std::size_t track, std::size_t first, std::size_t last) const {
  const std::size_t row_bytes = layout_.row_bytes();
  const auto bytes = rows_.subspan(tracks_[track].offset + first * row_bytes, (last - first) * row_bytes);
  if (!bytes.empty())
    check_blocks(track, first * row_bytes, last * row_bytes);
  return bytes;
}

bool FrameShard::is_checked(std::uint64_t block) const {
  return (checked_[block / 64].load(std::memory_order_relaxed) >> block % 64 & 1u) != 0;
}

void FrameShard::check_blocks(std::size_t track, std::uint64_t first_byte, std::uint64_t last_byte) const {
  const TrackRecord& record = tracks_[track];
  std::uint64_t first = first_byte / kBlockBytes;
  std::uint64_t last = num_blocks(last_byte);
  while (first < last && is_checked(record.first_block + first))
    ++first;
  while (first < last && is_checked(record.first_block + last - 1))
    --last;
  if (first == last)
    return;
  const auto all = rows_.subspan(record.offset, track_bytes(track));
  const auto block_at = [&all](std::uint64_t i) {
    return all.subspan(i * kBlockBytes, std::min(kBlockBytes, all.size() - i * kBlockBytes));
  };
  load_pages({block_at(first).data(), block_at(last - 1).data() + block_at(last - 1).size()});
  for (std::uint64_t i = first; i < last; ++i) {
    const std::uint64_t block = record.first_block + i;
    if (content_hash(block_at(i)) != block_hashes_[block]) {
      container_.fail("section rows: track " + std::to_string(record.id) +
                      ": expected its checksums to match, found damage");
    }
    checked_[block / 64].fetch_or(std::uint64_t{1} << block % 64, std::memory_order_relaxed);
  }
}

}  // namespace mess::internal
