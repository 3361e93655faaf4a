// SPDX-License-Identifier: MIT
#include "src/mix/deck.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mess::internal {
namespace {

constexpr double kBassHz = 180.0;

// Of a piece that comes in, at a time of 0 to 1; the one that goes out has the same backwards: the powers add up to 1.
double equal_power(double time) { return std::sin(0.5 * std::numbers::pi * std::clamp(time, 0.0, 1.0)); }

double bass_power(double time, double share) {
  return share > 0.0 ? equal_power(0.5 + (time - 0.5) / share) : equal_power(time);
}

// Butterworth, by the bilinear transform (R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients").
std::array<double, 5> low_pass(double cutoff_hz, double sample_rate_hz) {
  const double omega = 2.0 * std::numbers::pi * cutoff_hz / sample_rate_hz;
  const double alpha = std::sin(omega) / std::numbers::sqrt2;
  const double a0 = 1.0 + alpha;
  const double b1 = (1.0 - std::cos(omega)) / a0;
  return {0.5 * b1, b1, 0.5 * b1, -2.0 * std::cos(omega) / a0, (1.0 - alpha) / a0};
}

std::int64_t frame_of(double seconds, const AudioFormat& format) {
  return std::llround(seconds * format.sample_rate_hz);
}

}  // namespace

Deck::Deck(const MixPiece& piece, const AudioFormat& format, const Edge& entry, const Edge& exit)
    : stretcher_(piece, format),
      format_(format),
      entry_(entry),
      exit_(exit),
      start_frame_(frame_of(piece.start_seconds, format)),
      end_frame_(frame_of(piece.end_seconds, format)),
      level_(static_cast<float>(std::pow(10.0, piece.gain_db / 20.0))),
      low_pass_(low_pass(kBassHz, format.sample_rate_hz)),
      low_states_(static_cast<std::size_t>(format.num_channels)) {}

Deck::Gains Deck::gains_at(std::int64_t frame) const {
  double all = 1.0;
  double bass = 1.0;
  const auto apply = [&](const Edge& edge, std::int64_t frames_into_edge) {
    if (frames_into_edge >= edge.frames)
      return;
    const double time = (static_cast<double>(frames_into_edge) + 0.5) / static_cast<double>(edge.frames);
    all *= edge.is_overlap ? equal_power(time) : time;
    bass *= edge.is_overlap ? bass_power(time, edge.swap_share) : time;
  };
  apply(entry_, frame);
  apply(exit_, end_frame_ - start_frame_ - 1 - frame);
  return {static_cast<float>(all), static_cast<float>(bass)};
}

float Deck::low_of(LowPass& state, float sample) const {
  const double low = low_pass_[0] * sample + state.state1;
  state.state1 = low_pass_[1] * sample - low_pass_[3] * low + state.state2;
  state.state2 = low_pass_[2] * sample - low_pass_[4] * low;
  return static_cast<float>(low);
}

void Deck::add_to(std::span<float> mix, std::size_t num_mix_frames, std::size_t offset, std::size_t count) {
  samples_.resize(count * low_states_.size());
  stretcher_.read(samples_);
  for (std::size_t i = 0; i < count; ++i) {
    const Gains gains = gains_at(done_ + static_cast<std::int64_t>(i));
    for (std::size_t c = 0; c < low_states_.size(); ++c) {
      const float sample = level_ * samples_[c * count + i];
      const float low = low_of(low_states_[c], sample);
      mix[c * num_mix_frames + offset + i] += gains.all * sample + (gains.bass - gains.all) * low;
    }
  }
  done_ += static_cast<std::int64_t>(count);
}

}  // namespace mess::internal
