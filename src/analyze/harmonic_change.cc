// SPDX-License-Identifier: MIT
#include "src/analyze/harmonic_change.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

constexpr double kMargin = 0.15;  // of the span, at either end

Chroma chroma_between(const ChromaCurves& chroma, double start_seconds, double end_seconds) {
  Chroma sum{};
  const double margin = kMargin * (end_seconds - start_seconds);
  const auto index = [&](double seconds) {
    const double frame = (seconds - chroma.first_frame_seconds) * chroma.frame_rate_hz;
    return static_cast<std::size_t>(std::clamp(frame + 0.5, 0.0, static_cast<double>(chroma.frames.size())));
  };
  const std::size_t first = index(start_seconds + margin);
  for (std::size_t i = first; i < std::min(chroma.frames.size(), std::max(first + 1, index(end_seconds - margin)));
       ++i) {
    for (std::size_t c = 0; c < sum.size(); ++c)
      sum[c] += chroma.frames[i][c];
  }
  return sum;
}

}  // namespace

double harmonic_change(const ChromaCurves& chroma, double seconds, double span_seconds) {
  const Chroma before = chroma_between(chroma, seconds - span_seconds, seconds);
  const Chroma after = chroma_between(chroma, seconds, seconds + span_seconds);
  double dot = 0.0;
  double before_square = 1e-12;
  double after_square = 1e-12;
  for (std::size_t c = 0; c < before.size(); ++c) {
    dot += static_cast<double>(before[c]) * after[c];
    before_square += static_cast<double>(before[c]) * before[c];
    after_square += static_cast<double>(after[c]) * after[c];
  }
  return 1.0 - dot / std::sqrt(before_square * after_square);
}

}  // namespace mess::internal
