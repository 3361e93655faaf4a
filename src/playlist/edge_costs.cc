// SPDX-License-Identifier: MIT
#include "src/playlist/edge_costs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "src/support/kernels/kernels.h"

namespace mess::internal {
namespace {

constexpr std::size_t kMaxKept = 3000;          // tracks; their costs take 36 MB
constexpr std::size_t kNumSampledPairs = 4096;  // enough for a mean
const double kFarTempo = std::log2(1.2);        // beyond 20 % no two tempi meet: all are equally far
constexpr double kOctaveDistance = 0.1;         // double time is a change, though a small one

std::span<const float> head_of(const PlaylistTrack& track) {
  return track.head_vector.empty() ? track.vector : track.head_vector;
}
std::span<const float> tail_of(const PlaylistTrack& track) {
  return track.tail_vector.empty() ? track.vector : track.tail_vector;
}

double tempo_distance(const FlowTempo& from, const FlowTempo& to, double ratio) {
  const bool is_octave = std::abs(std::log2(to.bpm / from.bpm / ratio)) > 0.5;
  return std::min(1.0, std::abs(std::log2(ratio)) / kFarTempo + (is_octave ? kOctaveDistance : 0.0));
}

double key_distance(const FlowKey& from, const FlowKey& to, int fifths) {
  return std::min(1.0, (fifths + (from.is_minor != to.is_minor ? 0.5 : 0.0)) / 6.0);
}

}  // namespace

EdgeCosts::EdgeCosts(std::span<const PlaylistTrack> tracks, const FlowWeights& weights)
    : tracks_(tracks),
      timbre_weight_(weights.timbre),
      weights_{weights.tempo, weights.key, weights.loudness, weights.level} {
  find_usual_distances();
  if (tracks.size() > kMaxKept)
    return;
  std::vector<float> costs(tracks.size() * tracks.size());
  for (std::size_t from = 0; from < tracks.size(); ++from) {
    for (std::size_t to = 0; to < tracks.size(); ++to)
      costs[from * tracks.size() + to] = from == to ? 0.0f : static_cast<float>(compute(from, to));
  }
  kept_ = std::move(costs);
}

std::array<EdgeCosts::Known, EdgeCosts::kNumTerms> EdgeCosts::terms(std::size_t from, std::size_t to) const {
  const PlaylistTrack& a = tracks_[from];
  const PlaylistTrack& b = tracks_[to];
  std::array<Known, kNumTerms> known{};
  if (const auto ratio = octave_tempo_ratio(a.tempo, b.tempo))
    known[kTempo] = {tempo_distance(a.tempo, b.tempo, *ratio), std::min(a.tempo.confidence, b.tempo.confidence)};
  if (const auto fifths = fifths_between(a.key, b.key))
    known[kKey] = {key_distance(a.key, b.key, *fifths), std::min(a.key.confidence, b.key.confidence)};
  const double louder_lu = b.loudness_lufs - a.loudness_lufs;
  if (std::isfinite(louder_lu))
    known[kLoudness] = {std::abs(louder_lu), 1.0};
  const double jump_db = b.head_level_dbfs - a.tail_level_dbfs;
  if (std::isfinite(jump_db))
    known[kLevel] = {std::abs(jump_db), 1.0};
  return known;
}

double EdgeCosts::weighted(Term term, const Known& known) const {
  return weights_[term] * (known.confidence * known.distance + (1.0 - known.confidence) * usual_[term]);
}

double EdgeCosts::cosine(std::size_t from, std::size_t to) const {
  const auto tail = tail_of(tracks_[from]);
  return dot(tail.data(), head_of(tracks_[to]).data(), tail.size());
}

double EdgeCosts::compute(std::size_t from, std::size_t to) const {
  double cost = timbre_weight_ * std::max(0.0, 1.0 - cosine(from, to));
  const auto known = terms(from, to);
  for (const Term term : {kTempo, kKey, kLoudness, kLevel})
    cost += weighted(term, known[term]);
  return cost;
}

void EdgeCosts::find_usual_distances() {
  const std::size_t num_pairs = tracks_.size() * tracks_.size();
  const std::size_t stride = std::max<std::size_t>(1, num_pairs / kNumSampledPairs) | 1;  // odd: it meets every column
  std::array<double, kNumTerms> sums{};
  std::array<double, kNumTerms> counts{};
  for (std::size_t pair = 0; pair < num_pairs; pair += stride) {
    const std::size_t from = pair / tracks_.size();
    const std::size_t to = pair % tracks_.size();
    if (from == to)
      continue;
    const auto known = terms(from, to);
    for (std::size_t term = 0; term < kNumTerms; ++term) {
      sums[term] += known[term].confidence * known[term].distance;
      counts[term] += known[term].confidence;
    }
  }
  for (std::size_t term = 0; term < kNumTerms; ++term)
    usual_[term] = counts[term] > 0.0 ? sums[term] / counts[term] : 0.0;
}

FlowReasons EdgeCosts::reasons(std::size_t from, std::size_t to) const {
  const PlaylistTrack& a = tracks_[from];
  const PlaylistTrack& b = tracks_[to];
  const auto known = terms(from, to);
  FlowReasons reasons;
  reasons.cosine = cosine(from, to);
  reasons.tempo_ratio = octave_tempo_ratio(a.tempo, b.tempo);
  reasons.key_relation = key_relation(a.key, b.key);
  if (known[kLoudness].confidence > 0.0)
    reasons.loudness_lu = b.loudness_lufs - a.loudness_lufs;
  if (known[kLevel].confidence > 0.0)
    reasons.level_db = b.head_level_dbfs - a.tail_level_dbfs;
  reasons.timbre_cost = timbre_weight_ * std::max(0.0, 1.0 - reasons.cosine);
  reasons.tempo_cost = weighted(kTempo, known[kTempo]);
  reasons.key_cost = weighted(kKey, known[kKey]);
  reasons.loudness_cost = weighted(kLoudness, known[kLoudness]);
  reasons.level_cost = weighted(kLevel, known[kLevel]);
  return reasons;
}

std::string describe(const FlowReasons& reasons) {
  char text[64];
  std::snprintf(text, sizeof text, "cosine %.2f", reasons.cosine);
  std::string result = text;
  if (reasons.tempo_ratio) {
    std::snprintf(text, sizeof text, ", tempo x%.2f", *reasons.tempo_ratio);
    result += text;
  }
  if (!reasons.key_relation.empty())
    result += ", " + reasons.key_relation;
  if (reasons.loudness_lu) {
    std::snprintf(text, sizeof text, ", %.1f LU %s", std::abs(*reasons.loudness_lu),
                  *reasons.loudness_lu < 0 ? "quieter" : "louder");
    result += text;
  }
  return result;
}

}  // namespace mess::internal
