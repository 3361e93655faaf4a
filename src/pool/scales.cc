// SPDX-License-Identifier: MIT
#include "mess/scales.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mess/error.h"
#include "src/pool/frame_times.h"

namespace mess {
namespace {

struct Scale {
  std::string name;
  std::vector<TimeSpan> spans;
};

TimeSpan sounding_span(const std::optional<TimeSpan>& sounding, double end_seconds) {
  const TimeSpan whole{0.0, end_seconds};
  if (!sounding || sounding->start_seconds == sounding->end_seconds)
    return whole;
  if (!(sounding->start_seconds >= 0.0 && sounding->start_seconds < sounding->end_seconds &&
        sounding->start_seconds < end_seconds && std::isfinite(sounding->end_seconds))) {
    throw InvalidArgument("[pool] sounding: expected a range of the frames' " + std::to_string(end_seconds) +
                          " s, found " + std::to_string(sounding->start_seconds) + " to " +
                          std::to_string(sounding->end_seconds) + " s");
  }
  return {sounding->start_seconds, std::min(sounding->end_seconds, end_seconds)};
}

std::vector<Scale> scales_of(const FramesView& frames, const ScaleOptions& options) {
  if (!(options.edge_seconds > 0.0 && std::isfinite(options.edge_seconds))) {
    throw InvalidArgument("[pool] edge_seconds: expected a length above 0 s, found " +
                          std::to_string(options.edge_seconds));
  }
  const double end = internal::FrameTimes(frames).end_seconds();
  const TimeSpan sounding = sounding_span(options.sounding, end);
  const double edge = std::min(options.edge_seconds, sounding.end_seconds - sounding.start_seconds);
  std::vector<TimeSpan> sections;
  for (const Section& section : find_sections(frames, options.sections))
    sections.push_back({section.start_seconds, section.end_seconds});
  return {{"track", {{0.0, end}}},
          {"sections", std::move(sections)},
          {"windows", window_spans(frames, options.windows)},
          {"head", {{sounding.start_seconds, sounding.start_seconds + edge}}},
          {"tail", {{sounding.end_seconds - edge, sounding.end_seconds}}}};
}

}  // namespace

std::vector<NamedEmbeddings> pool_scales(const FramesView& frames, const ScaleOptions& options) {
  const std::vector<Scale> scales = scales_of(frames, options);
  std::vector<TimeSpan> all;
  for (const Scale& scale : scales)
    all.insert(all.end(), scale.spans.begin(), scale.spans.end());
  const SpanEmbeddings pooled = pool_spans(frames, all, options.pooling);
  std::vector<NamedEmbeddings> named;
  std::span<const float> rest = pooled.values;
  for (const Scale& scale : scales) {
    const auto rows = rest.first(scale.spans.size() * pooled.dim);
    rest = rest.subspan(rows.size());
    named.push_back({scale.name,
                     {.values = {rows.begin(), rows.end()},
                      .dim = pooled.dim,
                      .spans = scale.spans,
                      .encoder_id = pooled.encoder_id}});
  }
  return named;
}

}  // namespace mess
