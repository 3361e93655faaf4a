// SPDX-License-Identifier: MIT
#include <cmath>

#include "mess/audio.h"
#include "src/audio/decode_options.h"
#include "src/audio/decode_session.h"
#include "src/audio/planar_store.h"
#include "src/audio/resampler.h"

namespace mess {
namespace internal {
namespace {

/// The sinks that want one format, and the conversion they share.
struct SinkGroup {
  explicit SinkGroup(const AudioFormat& actual) : format(actual), resampler(actual) {}

  /// Converts a chunk, or with none what is left at the end, and hands it to the sinks, whose time is their own.
  void convert(DecodeSession& session, const PlanarChunk* chunk) {
    const auto hand_out = [&](const PlanarChunk& converted) {
      const TimeBudget::Paused paused(session.budget());
      for (AudioSink* sink : sinks)
        sink->push(converted.samples);
    };
    convert_within_budget(session,
                          [&] { chunk != nullptr ? resampler.push(*chunk, hand_out) : resampler.finish(hand_out); });
  }

  AudioFormat format;
  Resampler resampler;
  std::vector<AudioSink*> sinks;
};

std::vector<SinkGroup> group_by_format(std::span<AudioSink* const> sinks, const AudioFormat& source) {
  std::vector<SinkGroup> groups;
  for (AudioSink* sink : sinks) {
    const AudioFormat format = resolve_format(sink->wanted_format(), source);
    auto group = groups.begin();
    while (group != groups.end() && group->format != format)
      ++group;
    if (group == groups.end())
      group = groups.insert(groups.end(), SinkGroup(format));
    group->sinks.push_back(sink);
  }
  return groups;
}

}  // namespace
}  // namespace internal

using internal::DecodeSession;
using internal::PlanarChunk;

AudioBuffer decode(const AudioSource& source, const DecodeOptions& options) {
  DecodeSession session(source, options);
  const AudioFormat format =
      internal::resolve_format({options.sample_rate_hz, options.num_channels}, session.source_format());
  const double rate_ratio = static_cast<double>(format.sample_rate_hz) / session.source_format().sample_rate_hz;
  const double expected_frames = std::ceil(static_cast<double>(session.expected_num_frames()) * rate_ratio);
  internal::PlanarStore store(session.name(), format.num_channels, static_cast<std::size_t>(expected_frames),
                              options.limits.max_buffer_bytes);
  internal::Resampler resampler(format);
  const auto append = [&](const PlanarChunk& chunk) { store.append(chunk); };
  PlanarChunk chunk;
  while (session.next(chunk))
    internal::convert_within_budget(session, [&] { resampler.push(chunk, append); });
  internal::convert_within_budget(session, [&] { resampler.finish(append); });
  return {store.take(), format.sample_rate_hz, format.num_channels};
}

DecodeSummary decode_into(const AudioSource& source, std::span<AudioSink* const> sinks, const DecodeOptions& options) {
  for (AudioSink* sink : sinks)
    internal::check_wanted_format(sink->wanted_format());
  DecodeSession session(source, options);
  std::vector<internal::SinkGroup> groups = internal::group_by_format(sinks, session.source_format());
  for (internal::SinkGroup& group : groups) {
    for (AudioSink* sink : group.sinks)
      sink->begin(group.format);
  }
  PlanarChunk chunk;
  while (session.next(chunk)) {
    for (internal::SinkGroup& group : groups)
      group.convert(session, &chunk);
  }
  for (internal::SinkGroup& group : groups)
    group.convert(session, nullptr);
  return session.summary();
}

}  // namespace mess
