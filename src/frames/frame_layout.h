// SPDX-License-Identifier: MIT
// What all frames of a store have in common, and how a row of them is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mess/frame_store.h"
#include "src/support/container.h"

namespace mess::internal {

constexpr std::uint64_t kMaxFrameDim = 65536;

struct FrameLayout {
  FrameStorage storage = FrameStorage::kFloat16;
  std::size_t dim = 0;
  double hop_seconds = 0.0;
  double window_seconds = 0.0;
  std::string encoder_id{};

  std::size_t row_bytes() const;
  bool operator==(const FrameLayout&) const = default;
};

/// The layout in the first bytes of the sections `meta` of shards and manifests; the encoder id follows.
struct LayoutRecord {
  std::uint32_t layout;  // of the file: 1
  std::uint32_t storage;
  std::uint64_t dim;
  double hop_seconds;
  double window_seconds;
  std::uint64_t counters[2];  // shard: 0, 0; manifest: generation, number of the next shard
  std::uint32_t encoder_id_size;
  std::uint32_t zero;
};
static_assert(sizeof(LayoutRecord) == 56);

/// The section `meta`.
std::string write_layout(const FrameLayout& layout, std::uint64_t counter0, std::uint64_t counter1);
/// @throws FormatError  by container.fail()
FrameLayout read_layout(const ContainerView& container, LayoutRecord& record);

/// A section of whole items. @throws FormatError  by container.fail()
std::span<const std::byte> items_of(const ContainerView& container, const char* section, std::size_t item_bytes);

/// Rows as the storage keeps them. @param frames  of layout.dim. @param id  named by errors
/// @throws InvalidArgument  values that are not finite, or too large for the storage
std::vector<std::byte> encode_rows(const FrameLayout& layout, const FramesView& frames, std::int64_t id);

}  // namespace mess::internal
