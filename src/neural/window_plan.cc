// SPDX-License-Identifier: MIT
#include "src/neural/window_plan.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"

namespace mess::internal {
namespace {

// As CLaMP 3 takes features of MERT: a rest of less than a second says little and differs in kind.
constexpr double kMinLastSeconds = 1.0;
constexpr double kLongestWindowSeconds = 120.0;  // attention costs the square of the window

double chosen(const char* name, double wanted, double fallback, double least, double most) {
  const double seconds = wanted == 0.0 ? fallback : wanted;
  if (std::isfinite(seconds) && seconds >= least && seconds <= most)
    return seconds;
  throw InvalidArgument(std::string("[neural] ") + name + ": expected " + std::to_string(least) + " to " +
                        std::to_string(most) + " seconds, found " + std::to_string(seconds));
}

}  // namespace

WindowPlan WindowPlan::of(const AudioTower& tower, const EncoderOptions& options) {
  const double rate = tower.sample_rate_hz();
  const double least = static_cast<double>(tower.min_samples()) / rate;
  const double most = tower.max_samples() > 0 ? static_cast<double>(tower.max_samples()) / rate : kLongestWindowSeconds;
  const double window = chosen("window_seconds", options.window_seconds, tower.default_window_seconds(), least, most);
  const double hop = chosen("hop_seconds", options.hop_seconds, window, std::min(0.01, window), window);
  if (!(options.frame_seconds >= 0.0))
    throw InvalidArgument("[neural] frame_seconds: expected at least 0, found " +
                          std::to_string(options.frame_seconds));
  WindowPlan plan;
  plan.window_samples = static_cast<std::size_t>(std::llround(window * rate));
  plan.hop_samples = static_cast<std::size_t>(std::llround(hop * rate));
  plan.min_samples = static_cast<std::size_t>(tower.min_samples());
  plan.min_last_samples =
      std::clamp(static_cast<std::size_t>(kMinLastSeconds * rate), plan.min_samples, plan.window_samples);
  plan.frame_seconds = options.frame_seconds == 0.0 ? tower.default_frame_seconds() : options.frame_seconds;
  plan.sample_rate_hz = tower.sample_rate_hz();
  return plan;
}

std::int64_t WindowPlan::frames_of(std::size_t num_samples, std::int64_t num_native) const {
  if (overlaps())
    return 1;
  const double seconds = static_cast<double>(num_samples) / sample_rate_hz;
  const double wanted = std::min(seconds / frame_seconds, static_cast<double>(num_native));
  return std::clamp<std::int64_t>(std::llround(wanted), 1, num_native);
}

}  // namespace mess::internal
