// SPDX-License-Identifier: MIT
#include "src/analyze/key.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace mess::internal {
namespace {

using Profile = std::array<double, 12>;

// "edma": means over annotated electronic music (Faraldo et al., "Key estimation in electronic dance music", ECIR 2016).
constexpr Profile kMajor{1.00, 0.29, 0.50, 0.40, 0.60, 0.56, 0.32, 0.80, 0.31, 0.45, 0.42, 0.39};
constexpr Profile kMinor{1.00, 0.31, 0.44, 0.58, 0.33, 0.49, 0.29, 0.78, 0.43, 0.29, 0.53, 0.32};
constexpr std::array<const char*, 12> kTonics{"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};

constexpr std::size_t kSegmentStretches = 7;  // 21 s
constexpr std::size_t kClosingStretches = 2;
constexpr float kEndsShare = 0.3f;     // weight of beginning and end against the whole
constexpr double kFlat = 0.04;         // deviation over mean of a chroma without any tonic
constexpr double kShaped = 0.20;       // of a clear one
constexpr double kUnrelated = 0.45;    // correlation that says nothing
constexpr double kClearMargin = 0.12;  // of correlation, over the runner-up

MusicalKey make_key(std::size_t tonic, bool is_minor) {
  return {.tonic_pitch_class = static_cast<int>(tonic),
          .is_minor = is_minor,
          .name = std::string(kTonics[tonic]) + (is_minor ? " minor" : " major")};
}

struct Shape {
  double mean = 0.0;
  double deviation = 0.0;  // root of the sum of squares
};

template <typename Values>
Shape shape_of(const Values& values) {
  Shape shape;
  for (const auto value : values)
    shape.mean += value / 12.0;
  for (const auto value : values)
    shape.deviation += (value - shape.mean) * (value - shape.mean);
  shape.deviation = std::sqrt(shape.deviation);
  return shape;
}

double correlate(const Chroma& chroma, const Profile& profile, std::size_t tonic) {
  const Shape a = shape_of(chroma);
  const Shape b = shape_of(profile);
  double sum = 0.0;
  for (std::size_t i = 0; i < 12; ++i)
    sum += (chroma[(i + tonic) % 12] - a.mean) * (profile[i] - b.mean);
  return sum / std::max(1e-12, a.deviation * b.deviation);
}

struct Match {
  MusicalKey key;
  double correlation = -1.0;
};

struct Matches {
  Match best;
  Match second;
  double confidence = 0.0;
};

Matches match(const Chroma& chroma) {
  Matches matches;
  const Shape shape = shape_of(chroma);
  if (shape.mean <= 0.0)
    return matches;
  for (std::size_t tonic = 0; tonic < 12; ++tonic) {
    for (const bool is_minor : {false, true}) {
      Match candidate{make_key(tonic, is_minor), correlate(chroma, is_minor ? kMinor : kMajor, tonic)};
      if (candidate.correlation > matches.best.correlation)
        std::swap(candidate, matches.best);
      if (candidate.correlation > matches.second.correlation)
        matches.second = candidate;
    }
  }
  const double spread = shape.deviation / std::sqrt(12.0) / shape.mean;
  const double shaped = std::clamp((spread - kFlat) / (kShaped - kFlat), 0.0, 1.0);
  const double related = std::clamp((matches.best.correlation - kUnrelated) / (1.0 - kUnrelated), 0.0, 1.0);
  const double margin = matches.best.correlation - matches.second.correlation;
  // A close runner-up halves the confidence; it does not take it away, for the two are most often related keys.
  matches.confidence = shaped * std::sqrt(related) * (0.5 + 0.5 * std::min(1.0, margin / kClearMargin));
  return matches;
}

void normalise(Chroma& chroma) {
  float sum = 0.0f;
  for (const float value : chroma)
    sum += value;
  for (float& value : chroma)
    value = sum > 0.0f ? value / sum : 0.0f;
}

bool sounds(const ChromaCurves::FineChroma& stretch) {
  return std::any_of(stretch.begin(), stretch.end(), [](float value) { return value > 0.0f; });
}

Chroma whole_track(const ChromaCurves& curves) {
  const auto first = std::find_if(curves.stretches.begin(), curves.stretches.end(), sounds);
  if (first == curves.stretches.end())
    return {};
  const auto end = std::find_if(curves.stretches.rbegin(), curves.stretches.rend(), sounds).base();
  const auto first_index = static_cast<std::size_t>(first - curves.stretches.begin());
  const auto end_index = static_cast<std::size_t>(end - curves.stretches.begin());
  Chroma chroma = curves.tuned_sum(first_index, end_index);
  Chroma ends = curves.tuned_sum(first_index, first_index + 1);
  const Chroma closing =
      curves.tuned_sum(std::max(first_index, end_index - std::min(end_index, kClosingStretches)), end_index);
  for (std::size_t i = 0; i < 12; ++i)
    ends[i] += closing[i];
  normalise(chroma);
  normalise(ends);
  for (std::size_t i = 0; i < 12; ++i)
    chroma[i] += kEndsShare * ends[i];
  return chroma;
}

std::vector<KeySegment> segment_keys(const ChromaCurves& curves, double duration_seconds) {
  std::vector<KeySegment> segments;
  const std::size_t count = curves.stretches.size();
  for (std::size_t first = 0; first < count;) {
    // A rest shorter than half a segment joins the last one.
    std::size_t last = first + kSegmentStretches;
    if (last + kSegmentStretches / 2 >= count)
      last = count;
    const Matches matches = match(curves.tuned_sum(first, last));
    const double start = static_cast<double>(first) * curves.stretch_seconds;
    const double end = last == count ? duration_seconds : static_cast<double>(last) * curves.stretch_seconds;
    first = last;
    if (matches.confidence <= 0.0)
      continue;
    if (!segments.empty() && segments.back().end_seconds == start &&
        segments.back().key.name == matches.best.key.name) {
      segments.back().end_seconds = end;
      segments.back().confidence = std::max(segments.back().confidence, matches.confidence);
    } else {
      segments.push_back({start, end, matches.best.key, matches.confidence});
    }
  }
  return segments;
}

}  // namespace

KeyEstimate estimate_key(const ChromaCurves& curves, double duration_seconds) {
  KeyEstimate estimate;
  const Matches matches = match(whole_track(curves));
  if (matches.confidence <= 0.0)
    return estimate;
  estimate.key = matches.best.key;
  estimate.runner_up = matches.second.key;
  estimate.confidence = matches.confidence;
  estimate.tuning_cents = curves.tuning_cents;
  estimate.segments = segment_keys(curves, duration_seconds);
  return estimate;
}

}  // namespace mess::internal
