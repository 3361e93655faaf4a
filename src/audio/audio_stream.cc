// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <string>

#include "mess/audio.h"
#include "mess/error.h"
#include "src/audio/decode_options.h"
#include "src/audio/decode_session.h"
#include "src/audio/resampler.h"

namespace mess {
namespace {

using internal::DecodeSession;
using internal::PlanarChunk;
using internal::Resampler;

std::size_t checked_chunk_frames(double chunk_seconds, const AudioFormat& format, std::size_t max_bytes) {
  const double num_frames = std::round(chunk_seconds * format.sample_rate_hz);
  const double max_frames = static_cast<double>(max_bytes) / (static_cast<double>(sizeof(float)) * format.num_channels);
  if (!(num_frames >= 1.0 && num_frames <= max_frames)) {
    throw InvalidArgument("[decode] chunk_seconds: expected at least one sample and at most max_buffer_bytes, found " +
                          std::to_string(chunk_seconds) + " s");
  }
  return static_cast<std::size_t>(num_frames);
}

}  // namespace

struct AudioStream::Impl {
  Impl(const AudioSource& source, const DecodeOptions& options, double chunk_seconds)
      : session(source, options),
        format(internal::resolve_format({options.sample_rate_hz, options.num_channels}, session.source_format())),
        chunk_frames(checked_chunk_frames(chunk_seconds, format, options.limits.max_buffer_bytes)),
        resampler(format),
        pending(static_cast<std::size_t>(format.num_channels)) {}

  void fill() {
    const auto append = [&](const PlanarChunk& chunk) {
      for (std::size_t c = 0; c < pending.size(); ++c) {
        const float* from = chunk.channel(static_cast<int>(c));
        pending[c].insert(pending[c].end(), from, from + chunk.num_frames);
      }
    };
    while (!is_at_end && pending[0].size() < chunk_frames) {
      if (session.next(decoded)) {
        internal::convert_within_budget(session, [&] { resampler.push(decoded, append); });
      } else {
        internal::convert_within_budget(session, [&] { resampler.finish(append); });
        is_at_end = true;
      }
    }
  }

  DecodeSession session;
  AudioFormat format;
  std::size_t chunk_frames;
  Resampler resampler;
  std::vector<std::vector<float>> pending;  // converted, not yet given out, by channel
  PlanarChunk decoded;
  bool is_at_end = false;
};

AudioStream::AudioStream(const AudioSource& source, const DecodeOptions& options, double chunk_seconds)
    : impl_(std::make_unique<Impl>(source, options, chunk_seconds)) {}
AudioStream::~AudioStream() = default;
AudioStream::AudioStream(AudioStream&&) noexcept = default;
AudioStream& AudioStream::operator=(AudioStream&&) noexcept = default;

AudioFormat AudioStream::format() const { return impl_->format; }

bool AudioStream::next(AudioBuffer& chunk) {
  impl_->fill();
  chunk.sample_rate_hz = impl_->format.sample_rate_hz;
  chunk.num_channels = impl_->format.num_channels;
  chunk.samples.clear();
  const std::size_t num_frames = std::min(impl_->chunk_frames, impl_->pending[0].size());
  for (std::vector<float>& channel : impl_->pending) {
    const auto end = channel.begin() + static_cast<std::ptrdiff_t>(num_frames);
    chunk.samples.insert(chunk.samples.end(), channel.begin(), end);
    channel.erase(channel.begin(), end);
  }
  return num_frames > 0;
}

const DecodeSummary& AudioStream::summary() const { return impl_->session.summary(); }

}  // namespace mess
