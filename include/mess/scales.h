// SPDX-License-Identifier: MIT
// A track at several scales of time: named vectors, each with the span that it tells of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mess/pool.h"
#include "mess/sections.h"

namespace mess {

struct ScaleOptions {
  /// Of all scales, so that any two vectors compare. kTrack is refused; kAuto is kMeanStd.
  PoolOptions pooling{.kind = Pooling::kMeanStd};
  WindowOptions windows{};
  SectionOptions sections{};
  double edge_seconds = 20.0;  // length of head and tail, or all that sounds when that is shorter
  /// Where the track sounds (Analysis::sounding); all of it when absent or empty.
  std::optional<TimeSpan> sounding{};
};

struct NamedEmbeddings {
  std::string name;
  SpanEmbeddings embeddings;
};

/// In this order: "track", one vector of all frames; "sections", one for each of find_sections(); "windows", one for each
/// of window_spans(); "head" and "tail", the first and the last edge_seconds that sound. Sums over time are made once for
/// all of them.
/// @throws InvalidArgument  as pool_spans(), find_sections() and window_spans(); an edge_seconds that is not above 0; a
///         sounding range that ends before it starts or lies outside the frames
MESS_API std::vector<NamedEmbeddings> pool_scales(const FramesView& frames, const ScaleOptions& options = {});

}  // namespace mess
