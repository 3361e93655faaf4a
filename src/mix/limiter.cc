// SPDX-License-Identifier: MIT
#include "src/mix/limiter.h"

#include <algorithm>
#include <cmath>

#include "src/support/true_peak_filter.h"

namespace mess::internal {
namespace {

constexpr double kLookaheadSeconds = 0.005;
constexpr double kReleaseSeconds = 0.1;
constexpr double kMarginDb = 0.1;  // for what a moving gain and rounding to integers add

}  // namespace

Limiter::Limiter(double ceiling_dbtp, int sample_rate_hz, int num_channels)
    : ceiling_(static_cast<float>(std::pow(10.0, (ceiling_dbtp - kMarginDb) / 20.0))),
      release_(static_cast<float>(1.0 - std::exp(-1.0 / (kReleaseSeconds * sample_rate_hz)))),
      lookahead_(static_cast<std::size_t>(std::max(1.0, std::round(kLookaheadSeconds * sample_rate_hz)))),
      delay_(lookahead_ + kTaps - 1),
      held_(static_cast<std::size_t>(num_channels), std::vector<float>(kTaps + delay_, 0.0f)),
      falling_(lookahead_, 1.0f),
      falling_sum_(static_cast<double>(lookahead_)) {}

// Of the samples up to `frame` of held_ that the interpolator sees, and of that sample itself.
float Limiter::peak_around(std::size_t frame) const {
  float peak = 0.0f;
  for (const auto& channel : held_) {
    const float* first = channel.data() + frame + 1 - kTaps;
    peak = std::max(peak, std::abs(channel[frame]));
    for (const auto& phase : kTruePeakPhases) {
      float forward = 0.0f;
      float backward = 0.0f;
      for (std::size_t tap = 0; tap < kTaps; ++tap) {
        forward += phase[tap] * first[tap];
        backward += phase[kTaps - 1 - tap] * first[tap];
      }
      peak = std::max({peak, std::abs(forward), std::abs(backward)});
    }
  }
  return peak;
}

// The lowest gain that any peak of the window asks for, reached in a straight line before it.
float Limiter::gain_for(float peak) {
  const float wanted = peak > ceiling_ ? ceiling_ / peak : 1.0f;
  while (!lowest_.empty() && lowest_.back().second >= wanted)
    lowest_.pop_back();
  lowest_.emplace_back(num_taken_, wanted);
  if (lowest_.front().first + delay_ < num_taken_)
    lowest_.pop_front();
  const float held = lowest_.front().second;
  gain_ = held < gain_ ? held : gain_ + release_ * (held - gain_);
  float& oldest = falling_[num_taken_ % lookahead_];
  falling_sum_ += static_cast<double>(gain_) - oldest;
  oldest = gain_;
  ++num_taken_;
  return std::min(1.0f, static_cast<float>(falling_sum_ / static_cast<double>(lookahead_)));
}

void Limiter::push(std::span<const float> frames, std::vector<std::vector<float>>& out) {
  const std::size_t num_frames = frames.size() / held_.size();
  for (std::size_t c = 0; c < held_.size(); ++c) {
    const auto from = frames.begin() + static_cast<std::ptrdiff_t>(c * num_frames);
    held_[c].insert(held_[c].end(), from, from + static_cast<std::ptrdiff_t>(num_frames));
  }
  for (std::size_t i = 0; i < num_frames; ++i) {
    const bool is_ready = num_taken_ >= delay_;
    const float gain = gain_for(peak_around(kTaps + delay_ + i));
    if (!is_ready)
      continue;
    for (std::size_t c = 0; c < held_.size(); ++c)
      out[c].push_back(gain * held_[c][kTaps + i]);
  }
  for (auto& channel : held_)
    channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(num_frames));
}

void Limiter::finish(std::vector<std::vector<float>>& out) {
  push(std::vector<float>(delay_ * held_.size(), 0.0f), out);
}

}  // namespace mess::internal
