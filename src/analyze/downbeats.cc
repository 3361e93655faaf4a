// SPDX-License-Identifier: MIT
#include "src/analyze/downbeats.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/analyze/harmonic_change.h"

namespace mess::internal {
namespace {

constexpr std::size_t kFewestBars = 4;
constexpr double kHarmonyWeight = 2.0;  // against low onsets: chords change at bars more surely than basses play there
constexpr double kChance = 0.15;        // accent, in deviations, that chance reaches
constexpr double kCertain = 0.9;
// How common bars of 2 to 7 beats are; a bar of four also shows at two.
constexpr std::array<double, 6> kPrior{0.75, 0.9, 1.0, 0.8, 0.75, 0.75};

void standardise(std::vector<double>& values) {
  double mean = 0.0;
  double square = 0.0;
  const auto count = static_cast<double>(values.size());
  for (const double value : values)
    mean += value / count;
  for (const double value : values)
    square += (value - mean) * (value - mean) / count;
  const double scale = square > 1e-12 ? 1.0 / std::sqrt(square) : 0.0;
  for (double& value : values)
    value = (value - mean) * scale;
}

double strongest_near(const std::vector<float>& curve, double frame) {
  const auto size = static_cast<double>(curve.size());
  const auto first = static_cast<std::ptrdiff_t>(std::clamp(frame - 3.0, 0.0, size - 1.0));
  const auto last = static_cast<std::ptrdiff_t>(std::clamp(frame + 3.0, 0.0, size - 1.0));
  return std::sqrt(*std::max_element(curve.begin() + first, curve.begin() + last + 1));
}

// How much speaks for a bar to begin at each beat.
std::vector<double> accents(const std::vector<double>& beats, const OnsetCurves& onsets, const ChromaCurves& chroma) {
  std::vector<double> low;
  std::vector<double> change;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    low.push_back(
        strongest_near(onsets.ranges.front(), (beats[i] - onsets.first_frame_seconds) * onsets.frame_rate_hz));
    const double next = i + 1 < beats.size() ? beats[i + 1] : 2.0 * beats[i] - beats[i - 1];
    change.push_back(i > 0 ? harmonic_change(chroma, beats[i], next - beats[i]) : 0.0);
  }
  standardise(low);
  standardise(change);
  for (std::size_t i = 0; i < low.size(); ++i)
    low[i] += kHarmonyWeight * change[i];
  standardise(low);
  return low;
}

struct Bar {
  std::size_t num_beats = 0;
  std::size_t first_beat = 0;
  double contrast = 0.0;
};

// Mean accent at every n-th beat, in standard deviations of what as many random beats would give.
Bar best_bar(const std::vector<double>& accent) {
  Bar best;
  double best_score = 0.0;
  for (std::size_t n = 2; n < 2 + kPrior.size() && n * kFewestBars <= accent.size(); ++n) {
    for (std::size_t first = 0; first < n; ++first) {
      double sum = 0.0;
      double count = 0.0;
      for (std::size_t i = first; i < accent.size(); i += n, ++count)
        sum += accent[i];
      const double score = sum / count * std::sqrt(count / (1.0 - 1.0 / static_cast<double>(n))) * kPrior[n - 2];
      if (score > best_score) {
        best_score = score;
        best = {n, first, sum / count};
      }
    }
  }
  return best;
}

}  // namespace

void find_downbeats(Beats& beats, const OnsetCurves& onsets, const ChromaCurves& chroma) {
  if (beats.beats_seconds.size() < 2 * kFewestBars || onsets.total.empty() || chroma.frames.empty())
    return;
  const Bar bar = best_bar(accents(beats.beats_seconds, onsets, chroma));
  beats.downbeat_confidence = std::clamp((bar.contrast - kChance) / (kCertain - kChance), 0.0, 1.0);
  if (beats.downbeat_confidence <= 0.0)
    return;
  beats.beats_per_bar = static_cast<int>(bar.num_beats);
  for (std::size_t i = bar.first_beat; i < beats.beats_seconds.size(); i += bar.num_beats) {
    beats.downbeats_seconds.push_back(beats.beats_seconds[i]);
  }
}

}  // namespace mess::internal
