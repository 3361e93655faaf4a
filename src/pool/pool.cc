// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <utility>

#include "mess/error.h"
#include "src/pool/frame_statistics.h"
#include "src/pool/frame_times.h"

namespace mess {
namespace {

constexpr std::array<std::pair<Pooling, const char*>, 7> kNames{{{Pooling::kAuto, "auto"},
                                                                 {Pooling::kTrack, "track"},
                                                                 {Pooling::kMean, "mean"},
                                                                 {Pooling::kMeanStd, "mean_std"},
                                                                 {Pooling::kMax, "max"},
                                                                 {Pooling::kGem, "gem"},
                                                                 {Pooling::kMedian, "median"}}};

std::string joined_names() {
  std::string text;
  for (const auto& [kind, name] : kNames)
    text += std::string(text.empty() ? "" : ", ") + name;
  return text;
}

Pooling resolve(Pooling kind, bool has_track_vector, const EncoderId& id) {
  if (kind == Pooling::kAuto)
    return has_track_vector ? Pooling::kTrack : Pooling::kMeanStd;
  if (kind == Pooling::kTrack && !has_track_vector) {
    throw InvalidArgument(
        "[pool] kind: expected auto or a pooling of frames for frames without a track vector, as those of " + id.str() +
        ", found track");
  }
  return kind;
}

EncoderId id_of(EncoderId id, Pooling kind, bool is_weighted) {
  id.pooling = (is_weighted ? "weighted_" : "") + to_string(kind);
  return id;
}

void write_row(Eigen::VectorXd pooled, bool l2_normalize, std::span<float> row) {
  const double norm = pooled.norm();
  if (l2_normalize && norm > 0.0)
    pooled /= norm;
  Eigen::Map<Eigen::VectorXf>(row.data(), pooled.size()) = pooled.cast<float>();
}

Eigen::VectorXd whole(const FramesView& frames, Pooling kind, std::span<const float> weights) {
  const internal::FrameStatistics statistics(frames, kind, weights);
  if (kind != Pooling::kTrack)
    return statistics.over(0, static_cast<Eigen::Index>(frames.num_frames));
  const auto size = static_cast<Eigen::Index>(frames.track_values.size());
  return Eigen::Map<const Eigen::VectorXf>(frames.track_values.data(), size).cast<double>();
}

}  // namespace

Pooling parse_pooling(const std::string& text) {
  for (const auto& [kind, name] : kNames) {
    if (text == name)
      return kind;
  }
  throw InvalidArgument("[pool] kind: expected one of " + joined_names() + ", found \"" + text + "\"");
}

std::string to_string(Pooling kind) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [kind](const auto& entry) { return entry.first == kind; });
  return found->second;
}

EncoderId pooled_id(const Encoder& encoder, Pooling kind) {
  return id_of(encoder.id(), resolve(kind, encoder.makes_track_vector(), encoder.id()), false);
}

Embedding pool(const FramesView& frames, const PoolOptions& options) {
  const Pooling kind = resolve(options.kind, !frames.track_values.empty(), frames.encoder_id);
  Eigen::VectorXd pooled = whole(frames, kind, options.frame_weights);
  if (!pooled.allFinite())
    throw InvalidArgument("[pool] track vector: expected finite values, found NaN or infinity");
  Embedding embedding{.values = std::vector<float>(static_cast<std::size_t>(pooled.size())),
                      .encoder_id = id_of(frames.encoder_id, kind, !options.frame_weights.empty())};
  write_row(std::move(pooled), options.l2_normalize, embedding.values);
  return embedding;
}

SpanEmbeddings pool_spans(const FramesView& frames, std::span<const TimeSpan> spans, const PoolOptions& options) {
  const Pooling kind = options.kind == Pooling::kAuto ? Pooling::kMeanStd : options.kind;
  if (kind == Pooling::kTrack)
    throw InvalidArgument("[pool] kind: expected a pooling of frames for parts of a track, found track");
  const internal::FrameTimes times(frames);
  const internal::FrameStatistics statistics(frames, kind, options.frame_weights);
  const std::size_t dim = (kind == Pooling::kMeanStd ? 2 : 1) * frames.dim;
  SpanEmbeddings embeddings{.values = std::vector<float>(spans.size() * dim),
                            .dim = dim,
                            .spans = {spans.begin(), spans.end()},
                            .encoder_id = id_of(frames.encoder_id, kind, !options.frame_weights.empty())};
  std::span<float> rest = embeddings.values;
  for (const TimeSpan& span : spans) {
    const internal::FrameRange range = times.range_of(span);
    write_row(statistics.over(range.first, range.last), options.l2_normalize, rest.first(embeddings.dim));
    rest = rest.subspan(embeddings.dim);
  }
  return embeddings;
}

std::vector<TimeSpan> window_spans(const FramesView& frames, const WindowOptions& options) {
  const internal::FrameTimes times(frames);
  for (const double seconds : {options.window_seconds, options.hop_seconds}) {
    if (!(seconds > 0.0 && seconds < 1e6))
      throw InvalidArgument("[pool] windows: expected lengths above 0 s, found " + std::to_string(seconds));
  }
  const double end = times.end_seconds();
  std::vector<TimeSpan> windows;
  for (std::size_t i = 0;; ++i) {
    const double start = static_cast<double>(i) * options.hop_seconds;
    if (start + options.window_seconds >= end) {
      windows.push_back({std::max(0.0, end - options.window_seconds), end});
      return windows;
    }
    windows.push_back({start, start + options.window_seconds});
  }
}

}  // namespace mess
