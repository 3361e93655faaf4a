// SPDX-License-Identifier: MIT
#include "mess/encode.h"

#include <cmath>
#include <utility>

#include "mess/error.h"

namespace mess {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

GroupSimilarity compare(const VectorGroup& group, std::span<const float> a, std::span<const float> b) {
  const auto in_a = a.subspan(group.offset, group.size);
  const auto in_b = b.subspan(group.offset, group.size);
  const double part = dot(in_a, in_b);
  const double lengths = std::sqrt(dot(in_a, in_a) * dot(in_b, in_b));
  return {.name = group.name,
          .part = static_cast<float>(part),
          .cosine = lengths > 0.0 ? static_cast<float>(part / lengths) : 0.0f};
}

}  // namespace

EncodeSession::~EncodeSession() = default;
Encoder::~Encoder() = default;
std::vector<VectorGroup> Encoder::track_vector_groups() const { return {}; }
bool Encoder::makes_track_vector() const { return !track_vector_groups().empty(); }
std::string Encoder::license() const { return {}; }

std::vector<Frames> Encoder::encode_converted(std::span<const AudioView> tracks) const {
  std::vector<Frames> encoded;
  encoded.reserve(tracks.size());
  for (const AudioView& track : tracks) {
    const auto session = start();
    session->begin({track.sample_rate_hz, track.num_channels});
    session->push(track.samples);
    encoded.push_back(session->finish());
  }
  return encoded;
}

Frames Encoder::encode(const AudioView& audio) const { return std::move(encode_batch({&audio, 1}).front()); }

std::vector<GroupSimilarity> Encoder::explain(std::span<const float> a, std::span<const float> b) const {
  const std::vector<VectorGroup> groups = track_vector_groups();
  if (groups.empty()) {
    throw InvalidArgument("[encode] " + id().str() +
                          ": expected an encoder whose track vector has groups, found one without");
  }
  const std::size_t size = groups.back().offset + groups.back().size;
  for (const std::span<const float> vector : {a, b}) {
    if (vector.size() != size) {
      throw InvalidArgument("[encode] explain: expected track vectors of " + std::to_string(size) + " values, found " +
                            std::to_string(vector.size()));
    }
  }
  std::vector<GroupSimilarity> parts;
  parts.reserve(groups.size());
  for (const VectorGroup& group : groups)
    parts.push_back(compare(group, a, b));
  return parts;
}

}  // namespace mess
