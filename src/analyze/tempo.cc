// SPDX-License-Identifier: MIT
#include "src/analyze/tempo.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/analyze/periodicity.h"
#include "src/analyze/tempo_ranking.h"

namespace mess::internal {
namespace {

constexpr std::size_t kWindowFrames = 1024;  // 11.9 s
constexpr std::size_t kMinFrames = 344;      // 4 s: less holds too few beats
constexpr double kMinBpm = 40.0;
constexpr double kMaxBpm = 240.0;
constexpr double kGridStep = 0.005;  // of log tempo
// Levels that are told apart: a metre's halves, thirds and quarters, their multiples, and what bars of five and of seven
// beats hold when four are heard in them.
constexpr std::array<double, 14> kLevels{0.25, 1.0 / 3, 0.5, 2.0 / 3, 0.75, 0.875, 1.0,
                                         1.25, 4.0 / 3, 1.5, 1.75,    2.0,  3.0,   4.0};
// Multiples of the beat's period at which the ranking looks.
constexpr std::array<double, 14> kPeriods{1.0 / 6, 0.25, 1.0 / 3, 0.5, 2.0 / 3, 1.0, 1.5,
                                          2.0,     2.5,  3.0,     3.5, 4.0,     5.0, 6.0};
constexpr std::size_t kFewestOnsets = 6;
constexpr double kChance = 0.06;   // repetition that noise reaches by chance
constexpr double kCertain = 0.45;  // repetition of a machine's beat under a full arrangement
// Bare clicks, one like the other, give no reason to group them: their interval is the beat, at any rate. They repeat by more
// than this in every range of pitch, and by less than that within the interval; music does not reach both.
constexpr float kAlike = 0.75f;
constexpr float kNothingBetween = 0.2f;
constexpr double kIsochronous = 20.0;  // added to the rank: above all others

struct Repetition {
  std::vector<float> total;                                        // averaged autocorrelations: of all onsets,
  std::array<std::vector<float>, OnsetCurves::kNumRanges> ranges;  // and of each range of pitch
  double onsets_per_minute = 0.0;
  std::size_t num_onsets = 0;
  double frame_rate_hz = 0.0;

  double lag(double bpm) const { return 60.0 * frame_rate_hz / bpm; }
};

// The part of curves between silence before and after, from the whole track's onsets.
struct Span {
  std::size_t first = 0;
  std::size_t size = 0;

  std::span<const float> of(const std::vector<float>& curve) const { return std::span(curve).subspan(first, size); }
};

Span sounding_span(const std::vector<float>& onsets) {
  const auto sounds = [](float value) { return value > 0.0f; };
  const auto first = std::find_if(onsets.begin(), onsets.end(), sounds);
  const auto last = std::find_if(onsets.rbegin(), onsets.rend(), sounds).base();
  return first < last ? Span{static_cast<std::size_t>(first - onsets.begin()), static_cast<std::size_t>(last - first)}
                      : Span{};
}

Repetition measure_repetition(const OnsetCurves& curves) {
  Repetition repetition;
  repetition.frame_rate_hz = curves.frame_rate_hz;
  const Span span = sounding_span(curves.total);
  if (span.size < kMinFrames)
    return repetition;
  const std::vector<float> total = standing_out(span.of(curves.total), curves.frame_rate_hz);
  repetition.num_onsets = count_onsets(total);
  repetition.onsets_per_minute =
      static_cast<double>(repetition.num_onsets) * 60.0 * curves.frame_rate_hz / static_cast<double>(total.size());
  Autocorrelator correlator(kWindowFrames);
  repetition.total = correlator.average(total);
  for (std::size_t r = 0; r < curves.ranges.size(); ++r)
    repetition.ranges[r] = correlator.average(standing_out(span.of(curves.ranges[r]), curves.frame_rate_hz));
  return repetition;
}

// Repetition after one, two, three and four beats.
double comb_score(std::span<const float> lags, double lag) {
  return (at_lag(lags, lag) + at_lag(lags, 2 * lag) + 0.5 * at_lag(lags, 3 * lag) + at_lag(lags, 4 * lag)) / 3.5;
}

template <typename OnTempo>
void for_each_tempo(OnTempo&& on_tempo) {
  for (double bpm = kMinBpm; bpm < kMaxBpm; bpm *= 1.0 + kGridStep)
    on_tempo(bpm);
}

// The tempo of the best comb, whatever its level, with a mild preference for the middle of the range.
double anchor_bpm(const Repetition& repetition) {
  double best_bpm = kMinBpm;
  double best_score = -1.0;
  for_each_tempo([&](double bpm) {
    const double octaves = std::log2(bpm / 115.0) / 0.9;
    const double score = comb_score(repetition.total, repetition.lag(bpm)) * std::exp(-0.5 * octaves * octaves);
    if (score > best_score) {
      best_score = score;
      best_bpm = bpm;
    }
  });
  return best_bpm;
}

// `strongest` is the anchor's comb: where little repeats, what does counts as much as elsewhere.
TempoFeatures describe(const Repetition& repetition, double bpm, double strongest) {
  TempoFeatures features{.bpm = bpm, .values = {}};
  const double lag = repetition.lag(bpm);
  const auto look = [&](const std::vector<float>& autocorrelation) {
    for (const double period : kPeriods)
      features.values.push_back(around_lag(autocorrelation, lag * period));
  };
  look(repetition.total);
  for (const std::vector<float>& range : repetition.ranges)
    look(range);
  for (std::size_t i = 0; i < kPeriods.size(); ++i)
    features.values.push_back(features.values[i] / strongest);
  const double octaves = std::log2(bpm / 110.0);
  const double events = std::log2(repetition.onsets_per_minute / bpm + 1e-3);
  for (const double value : {octaves, octaves * octaves, events, events * events, events * octaves}) {
    features.values.push_back(value);
  }
  return features;
}

std::vector<TempoFeatures> describe_levels(const Repetition& repetition) {
  std::vector<TempoFeatures> candidates;
  if (repetition.total.empty() || repetition.num_onsets < kFewestOnsets)
    return candidates;
  const double anchor = anchor_bpm(repetition);
  const double strongest = std::max(kChance, comb_score(repetition.total, repetition.lag(anchor)));
  for (const double level : kLevels) {
    const double bpm = anchor * level;
    if (bpm >= kMinBpm && bpm <= kMaxBpm)
      candidates.push_back(describe(repetition, bpm, strongest));
  }
  return candidates;
}

bool is_isochronous(const Repetition& repetition, double bpm) {
  const double lag = repetition.lag(bpm);
  const auto is_alike = [lag](const std::vector<float>& lags) {
    return lags.empty() || around_lag(lags, lag) >= kAlike;
  };
  const auto is_between = [&](double share) { return around_lag(repetition.total, share * lag) > kNothingBetween; };
  constexpr std::array<double, 4> kWithin{0.25, 1.0 / 3, 0.5, 2.0 / 3};
  return is_alike(repetition.total) && std::all_of(repetition.ranges.begin(), repetition.ranges.end(), is_alike) &&
         std::none_of(kWithin.begin(), kWithin.end(), is_between);
}

double rank(const Repetition& repetition, const TempoFeatures& candidate) {
  double sum = is_isochronous(repetition, candidate.bpm) ? kIsochronous : 0.0;
  for (std::size_t i = 0; i < kTempoRanking.size(); ++i)
    sum += kTempoRanking[i] * candidate.values[i];
  return sum;
}

}  // namespace

double strongest_repetition(std::span<const float> onset_curve, double frame_rate_hz) {
  const std::vector<float> lags = Autocorrelator(kWindowFrames).average(standing_out(onset_curve, frame_rate_hz));
  double strongest = 0.0;
  for_each_tempo([&](double bpm) { strongest = std::max(strongest, comb_score(lags, 60.0 * frame_rate_hz / bpm)); });
  return strongest;
}

std::vector<TempoFeatures> tempo_features(const OnsetCurves& curves) {
  return describe_levels(measure_repetition(curves));
}

Tempo estimate_tempo(const OnsetCurves& curves) {
  const Repetition repetition = measure_repetition(curves);
  const std::vector<TempoFeatures> levels = describe_levels(repetition);
  if (levels.empty())
    return {};
  std::vector<double> ranks;
  ranks.reserve(levels.size());
  for (const TempoFeatures& level : levels)
    ranks.push_back(rank(repetition, level));
  const double largest = *std::max_element(ranks.begin(), ranks.end());
  Tempo tempo;
  double total = 0.0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    tempo.candidates.push_back({levels[i].bpm, std::exp(ranks[i] - largest)});
    total += tempo.candidates.back().strength;
  }
  for (TempoCandidate& candidate : tempo.candidates)
    candidate.strength /= total;
  std::stable_sort(tempo.candidates.begin(), tempo.candidates.end(),
                   [](const auto& a, const auto& b) { return a.strength > b.strength; });
  double repeated = 0.0;
  for (const TempoCandidate& candidate : tempo.candidates) {
    repeated = std::max(repeated, comb_score(repetition.total, repetition.lag(candidate.bpm)));
  }
  tempo.confidence = std::clamp((repeated - kChance) / (kCertain - kChance), 0.0, 1.0);
  if (tempo.confidence <= 0.0)
    return {};
  tempo.bpm = tempo.candidates.front().bpm;
  return tempo;
}

}  // namespace mess::internal
