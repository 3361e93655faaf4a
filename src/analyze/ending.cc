// SPDX-License-Identifier: MIT
#include "src/analyze/ending.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

constexpr std::size_t kStepsPerSecond = 10;
constexpr double kShortestFadeSeconds = 5.0;
constexpr double kSmallestFallDb = 15.0;
constexpr double kToleranceDb = 1.5;  // by which music may rise from second to second inside a fade

double mean_dbfs(std::span<const float> step_powers) {
  double sum = 0.0;
  for (const float power : step_powers)
    sum += power;
  return std::max(-100.0, 10.0 * std::log10(sum / static_cast<double>(step_powers.size()) + 1e-12));
}

}  // namespace

std::optional<double> fade_out_start(std::span<const float> step_powers, const SoundingRange& sounding) {
  std::size_t end =
      std::min(step_powers.size(), static_cast<std::size_t>(std::lround(sounding.end_seconds * kStepsPerSecond)));
  if (end < kStepsPerSecond)
    return std::nullopt;
  const double last_db = mean_dbfs(step_powers.subspan(end - kStepsPerSecond, kStepsPerSecond));
  double highest_db = last_db;
  double steepest_db = 0.0;  // largest fall from one second to the next
  double next_db = last_db;
  std::size_t start = end;
  for (std::size_t second = end; second >= kStepsPerSecond; second -= kStepsPerSecond) {
    const double db = mean_dbfs(step_powers.subspan(second - kStepsPerSecond, kStepsPerSecond));
    if (db < highest_db - kToleranceDb)
      break;
    steepest_db = std::max(steepest_db, db - next_db);
    next_db = db;
    // Only where the level was clearly higher does the fade reach back; a plateau before it does not count.
    if (db > highest_db + 0.5)
      start = second;
    highest_db = std::max(highest_db, db);
  }
  const double start_seconds = static_cast<double>(start) / kStepsPerSecond;
  // Music that stops and rings falls at once, not little by little.
  const bool is_gradual = steepest_db <= 0.5 * (highest_db - last_db);
  const bool is_fade = is_gradual && highest_db - last_db >= kSmallestFallDb &&
                       sounding.end_seconds - start_seconds >= kShortestFadeSeconds;
  return is_fade ? std::optional<double>(start_seconds) : std::nullopt;
}

std::vector<float> energy_per_second(std::span<const float> step_powers) {
  std::vector<float> curve;
  for (std::size_t first = 0; first < step_powers.size(); first += kStepsPerSecond) {
    const std::size_t count = std::min(kStepsPerSecond, step_powers.size() - first);
    curve.push_back(static_cast<float>(mean_dbfs(step_powers.subspan(first, count))));
  }
  return curve;
}

}  // namespace mess::internal
