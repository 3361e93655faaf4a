// SPDX-License-Identifier: MIT
#include "src/analyze/level_sink.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "mess/error.h"
#include "src/analyze/ending.h"
#include "src/analyze/loudness.h"
#include "src/support/kernels/kernels.h"

namespace mess::internal {
namespace {

constexpr int kMaxChannels = 8;
const double kSoundingPower = std::pow(10.0, -60.0 / 10.0);

double to_db(float amplitude) {
  return amplitude > 0.0f ? 20.0 * std::log10(amplitude) : -std::numeric_limits<double>::infinity();
}

float peak_of(std::span<const WaveformPiece> pieces) {
  float largest = 0.0f;
  for (const WaveformPiece& piece : pieces)
    largest = std::max({largest, -piece.lowest, piece.highest});
  return largest;
}

}  // namespace

void LevelSink::begin(const AudioFormat& actual) {
  if (actual.sample_rate_hz < 4000 || actual.sample_rate_hz > 384000 || actual.num_channels < 1 ||
      actual.num_channels > kMaxChannels) {
    throw InvalidArgument("[analyze] audio: expected 4000 to 384000 Hz and 1 to 8 channels, found " +
                          std::to_string(actual.sample_rate_hz) + " Hz and " + std::to_string(actual.num_channels));
  }
  format_ = actual;
  const auto num_channels = static_cast<std::size_t>(actual.num_channels);
  weights_ = channel_weights(actual.num_channels);
  filters_.assign((num_channels + 1) / 2, KWeighting(actual.sample_rate_hz));
  true_peaks_.assign(num_channels, TruePeak());
  step_size_ = static_cast<std::size_t>(actual.sample_rate_hz / 10);
}

void LevelSink::push(std::span<const float> chunk) {
  if (weights_.empty())
    throw InvalidArgument("[analyze] audio: expected its format first, found samples");
  const std::size_t chunk_frames = chunk.size() / weights_.size();
  for (std::size_t first = 0; first < chunk_frames;) {
    const std::size_t count = std::min(chunk_frames - first, step_size_ - step_fill_);
    add_run(chunk, chunk_frames, first, count);
    first += count;
  }
  for (std::size_t c = 0; c < weights_.size(); ++c)
    true_peaks_[c].push(chunk.subspan(c * chunk_frames, chunk_frames));
  waveform_.push(chunk, weights_.size());
  num_frames_ += chunk_frames;
}

void LevelSink::add_run(std::span<const float> chunk, std::size_t chunk_frames, std::size_t first, std::size_t count) {
  const auto channel = [&](std::size_t c) { return chunk.subspan(c * chunk_frames + first, count); };
  for (std::size_t c = 0; c < weights_.size(); ++c) {
    plain_energy_ += dot(channel(c).data(), channel(c).data(), count);
  }
  for (std::size_t pair = 0; pair < filters_.size(); ++pair) {
    const std::size_t left = 2 * pair;
    const std::size_t right = std::min(left + 1, weights_.size() - 1);
    const std::array<double, 2> energies = filters_[pair].energies(channel(left), channel(right));
    weighted_energy_ += weights_[left] * energies[0];
    if (right > left)
      weighted_energy_ += weights_[right] * energies[1];
  }
  step_fill_ += count;
  if (step_fill_ == step_size_)
    end_step();
}

void LevelSink::end_step() {
  const auto count = static_cast<double>(step_fill_);
  weighted_powers_.push_back(static_cast<float>(weighted_energy_ / count));
  plain_powers_.push_back(static_cast<float>(plain_energy_ / count / static_cast<double>(weights_.size())));
  weighted_energy_ = plain_energy_ = 0.0;
  step_fill_ = 0;
}

double LevelSink::duration_seconds() const {
  return format_.sample_rate_hz > 0 ? static_cast<double>(num_frames_) / format_.sample_rate_hz : 0.0;
}

SoundingRange LevelSink::sounding_range() const {
  const auto sounds = [](float power) { return power > kSoundingPower; };
  const auto first = std::find_if(plain_powers_.begin(), plain_powers_.end(), sounds);
  if (first == plain_powers_.end())
    return {};
  const auto last = std::find_if(plain_powers_.rbegin(), plain_powers_.rend(), sounds).base();
  const double step_seconds = static_cast<double>(step_size_) / format_.sample_rate_hz;
  return {static_cast<double>(first - plain_powers_.begin()) * step_seconds,
          std::min(static_cast<double>(last - plain_powers_.begin()) * step_seconds, duration_seconds())};
}

void LevelSink::finish(Analysis& analysis) {
  analysis.loudness.integrated_lufs = integrated_lufs(weighted_powers_);
  analysis.loudness.range_lu = loudness_range_lu(weighted_powers_);
  // Loudness takes complete steps only, as the standard says; the rest also counts the last, shorter one.
  if (step_fill_ > 0)
    end_step();
  analysis.duration_seconds = duration_seconds();
  float true_peak = 0.0f;
  for (TruePeak& channel : true_peaks_)
    true_peak = std::max(true_peak, channel.peak());
  analysis.loudness.true_peak_dbtp = to_db(true_peak);
  analysis.sounding = sounding_range();
  analysis.is_silent = analysis.sounding.end_seconds <= analysis.sounding.start_seconds;
  if (!analysis.is_silent)
    analysis.fade_out_seconds = fade_out_start(plain_powers_, analysis.sounding);
  analysis.energy_dbfs = energy_per_second(plain_powers_);
  analysis.waveform = waveform_.finish();
  analysis.loudness.peak_dbfs = to_db(peak_of(analysis.waveform));
}

}  // namespace mess::internal
