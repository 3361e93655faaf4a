// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>

#include "mess/index.h"
#include "mess/moments.h"

namespace mess {

struct MomentIndex::Impl {
  explicit Impl(MomentIndexOptions given) : options(std::move(given)) {}

  /// Vectors of spans of frames: standardised, pooled, of unit length.
  SpanEmbeddings embed(const FramesView& frames, std::span<const TimeSpan> spans) const;

  MomentIndexOptions options;
  mutable std::shared_mutex mutex{};  // of all below
  EncoderId encoder_id{};
  std::size_t dim = 0;  // of the frames
  double hop_seconds = 0.0;
  std::optional<VectorIndex> windows{};
  std::map<std::int64_t, std::int64_t> num_windows{};  // of each track
};

}  // namespace mess
