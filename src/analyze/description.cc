// SPDX-License-Identifier: MIT
// The rules stand in docs/analyze.md: keep both alike.
#include "src/analyze/description.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mess::internal {
namespace {

constexpr double kSureTempo = 0.3;
constexpr double kSureKey = 0.1;

// Share of the gaps between beats that are within 5 % of the median one.
double steadiness(const std::vector<double>& beats) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < beats.size(); ++i)
    gaps.push_back(beats[i] - beats[i - 1]);
  if (gaps.empty())
    return 0.0;
  std::vector<double> sorted = gaps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double median = *middle;
  const auto near =
      std::count_if(gaps.begin(), gaps.end(), [&](double gap) { return std::abs(gap - median) <= 0.05 * median; });
  return static_cast<double>(near) / static_cast<double>(gaps.size());
}

double scale(double value, double low, double high) { return std::clamp((value - low) / (high - low), 0.0, 1.0); }

// How much is going on: notes per second, tempo and brightness.
double activity(const Analysis& analysis) {
  const double notes = scale(analysis.onsets_per_second, 1.0, 8.0);
  const double brightness = scale(analysis.brightness, 0.2, 0.8);
  if (!analysis.tempo.bpm)
    return 0.5 * (notes + brightness);
  return (notes + brightness + scale(*analysis.tempo.bpm, 60.0, 160.0)) / 3.0;
}

// Nothing where it is not sure.
std::optional<double> sure_bpm(const Analysis& analysis) {
  return analysis.tempo.confidence >= kSureTempo ? analysis.tempo.bpm : std::nullopt;
}
std::optional<MusicalKey> sure_key(const Analysis& analysis) {
  return analysis.key.confidence >= kSureKey ? analysis.key.key : std::nullopt;
}

void add_rhythm_words(const Analysis& analysis, std::vector<std::string>& words) {
  const std::optional<double> bpm = sure_bpm(analysis);
  if (!bpm) {
    words.emplace_back("beatless");
    return;
  }
  if (*bpm < 85.0)
    words.emplace_back("slow");
  if (*bpm >= 140.0)
    words.emplace_back("fast");
  if (analysis.regularity >= 0.7 && *bpm >= 110.0 && analysis.onsets_per_second >= 4.0)
    words.emplace_back("driving");
}

void add_level_words(const Loudness& loudness, std::vector<std::string>& words) {
  if (loudness.range_lu && *loudness.range_lu >= 12.0)
    words.emplace_back("dynamic");
  if (loudness.integrated_lufs && *loudness.integrated_lufs >= -11.0)
    words.emplace_back("loud");
  if (loudness.integrated_lufs && *loudness.integrated_lufs <= -24.0)
    words.emplace_back("quiet");
}

}  // namespace

void describe(Analysis& analysis) {
  if (analysis.is_silent) {
    analysis.words = {"silent"};
    return;
  }
  analysis.regularity = analysis.tempo.confidence * steadiness(analysis.beats.beats_seconds);
  add_rhythm_words(analysis, analysis.words);
  const double active = activity(analysis);
  if (active >= 0.65)
    analysis.words.emplace_back("energetic");
  if (active <= 0.35)
    analysis.words.emplace_back("calm");
  if (analysis.brightness >= 0.6)
    analysis.words.emplace_back("bright");
  if (analysis.brightness <= 0.3)
    analysis.words.emplace_back("dark");
  add_level_words(analysis.loudness, analysis.words);
  const std::optional<MusicalKey> key = sure_key(analysis);
  if (!key)
    return;
  const bool is_minor = key->is_minor;
  analysis.words.emplace_back(is_minor ? "minor" : "major");
  if (active >= 0.5) {
    analysis.mood = is_minor ? "tense" : "happy";
  } else {
    analysis.mood = is_minor ? "sad" : "calm";
  }
}

}  // namespace mess::internal
