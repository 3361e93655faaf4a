// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mess/analyze.h"
#include "mess/error.h"
#include "src/analyze/chroma.h"
#include "src/analyze/downbeats.h"
#include "src/analyze/k_weighting.h"
#include "src/analyze/key.h"
#include "src/analyze/onset_strength.h"
#include "src/analyze/rhythm.h"

namespace mess {
namespace {

constexpr int kMaxChannels = 8;
constexpr double kAbsoluteGateLufs = -70.0;
constexpr double kRelativeGateLu = -10.0;
constexpr std::size_t kBlocksPerGate = 4;  // 400 ms of 100 ms steps: 75 % overlap
const double kSoundingPower = std::pow(10.0, -60.0 / 10.0);

// BS.1770-4 table 4, in the default channel order of libavutil: front 1, surround 1.41, LFE 0.
std::vector<double> channel_weights(int num_channels) {
  static const std::array<std::vector<double>, kMaxChannels + 1> kWeights{{
      {},
      {1.0},
      {1.0, 1.0},
      {1.0, 1.0, 0.0},
      {1.0, 1.0, 1.0, 1.41},
      {1.0, 1.0, 1.0, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.41},
      {1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.41, 1.41},
  }};
  return kWeights[static_cast<std::size_t>(num_channels)];
}

double to_lufs(double power) { return -0.691 + 10.0 * std::log10(power); }
double to_power(double lufs) { return std::pow(10.0, (lufs + 0.691) / 10.0); }

// Mean power of the gating blocks that are louder than `gate`; 0 when none is.
double gated_mean(const std::vector<double>& powers, double gate) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const double power : powers) {
    if (power > gate) {
      sum += power;
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

std::optional<double> integrated_lufs(const std::vector<float>& step_powers) {
  std::vector<double> gating_blocks;
  for (std::size_t i = 0; i + kBlocksPerGate <= step_powers.size(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < kBlocksPerGate; ++j) sum += step_powers[i + j];
    gating_blocks.push_back(sum / kBlocksPerGate);
  }
  const double ungated = gated_mean(gating_blocks, to_power(kAbsoluteGateLufs));
  if (ungated <= 0.0) return std::nullopt;
  const double gate = std::max(to_power(kAbsoluteGateLufs), to_power(to_lufs(ungated) + kRelativeGateLu));
  return to_lufs(gated_mean(gating_blocks, gate));
}

// Hears the file as it is: loudness, peak and where it sounds.
class LevelSink : public AudioSink {
 public:
  AudioFormat wanted_format() const override { return {}; }
  void begin(const AudioFormat& actual) override;
  void push(std::span<const float> chunk) override;
  void finish(Analysis& analysis);

 private:
  AudioFormat format;
  std::vector<internal::KWeighting> filters;
  std::vector<double> weights;
  std::size_t step_size = 0;      // samples in 100 ms
  std::size_t step_fill = 0;
  double weighted_energy = 0.0;   // of the current step, K-weighted, channels weighted and summed
  double plain_energy = 0.0;      // of the current step, mean over channels
  std::vector<float> weighted_powers;
  std::vector<float> plain_powers;
  std::size_t num_frames = 0;
  float peak = 0.0f;

  void add_frame(std::span<const float> chunk, std::size_t frame, std::size_t chunk_frames) {
    for (std::size_t c = 0; c < filters.size(); ++c) {
      const float sample = chunk[c * chunk_frames + frame];
      peak = std::max(peak, std::abs(sample));
      plain_energy += static_cast<double>(sample) * sample;
      const double weighted = filters[c].filter(sample);
      weighted_energy += weights[c] * weighted * weighted;
    }
    if (++step_fill == step_size) end_step();
  }

  void end_step() {
    const auto count = static_cast<double>(step_fill);
    weighted_powers.push_back(static_cast<float>(weighted_energy / count));
    plain_powers.push_back(static_cast<float>(plain_energy / count / static_cast<double>(filters.size())));
    weighted_energy = plain_energy = 0.0;
    step_fill = 0;
  }

  SoundingRange sounding_range() const {
    const auto sounds = [](float power) { return power > kSoundingPower; };
    const auto first = std::find_if(plain_powers.begin(), plain_powers.end(), sounds);
    if (first == plain_powers.end()) return {};
    const auto last = std::find_if(plain_powers.rbegin(), plain_powers.rend(), sounds).base();
    const double step_seconds = static_cast<double>(step_size) / format.sample_rate_hz;
    const double total_seconds = static_cast<double>(num_frames) / format.sample_rate_hz;
    return {static_cast<double>(first - plain_powers.begin()) * step_seconds,
            std::min(static_cast<double>(last - plain_powers.begin()) * step_seconds, total_seconds)};
  }
};

void LevelSink::begin(const AudioFormat& actual) {
  if (actual.sample_rate_hz < 4000 || actual.sample_rate_hz > 384000 || actual.num_channels < 1 ||
      actual.num_channels > kMaxChannels) {
    throw InvalidArgument("[analyze] audio: expected 4000 to 384000 Hz and 1 to 8 channels, found " +
                          std::to_string(actual.sample_rate_hz) + " Hz and " + std::to_string(actual.num_channels));
  }
  format = actual;
  weights = channel_weights(actual.num_channels);
  filters.assign(static_cast<std::size_t>(actual.num_channels), internal::KWeighting(actual.sample_rate_hz));
  step_size = static_cast<std::size_t>(actual.sample_rate_hz / 10);
}

void LevelSink::push(std::span<const float> chunk) {
  const std::size_t chunk_frames = chunk.size() / filters.size();
  for (std::size_t frame = 0; frame < chunk_frames; ++frame) add_frame(chunk, frame, chunk_frames);
  num_frames += chunk_frames;
}

void LevelSink::finish(Analysis& analysis) {
  analysis.loudness.integrated_lufs = integrated_lufs(weighted_powers);
  // Loudness takes complete steps only, as the standard says; sounding also counts the last, shorter one.
  if (step_fill > 0) end_step();
  if (format.sample_rate_hz > 0) {
    analysis.duration_seconds = static_cast<double>(num_frames) / format.sample_rate_hz;
  }
  analysis.loudness.peak_dbfs = peak > 0.0f ? 20.0 * std::log10(peak) : -std::numeric_limits<double>::infinity();
  analysis.sounding = sounding_range();
  analysis.is_silent = analysis.sounding.end_seconds <= analysis.sounding.start_seconds;
}

// Hears music at one rate: rhythm and harmony.
class MusicSink : public AudioSink {
 public:
  AudioFormat wanted_format() const override { return {internal::OnsetStrength::kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override {
    onsets_.push(chunk);
    chroma_.push(chunk);
  }
  void finish(Analysis& analysis) {
    const internal::OnsetCurves onsets = onsets_.finish();
    const internal::ChromaCurves chroma = chroma_.finish();
    internal::Pulse pulse = internal::find_pulse(onsets);
    analysis.tempo = std::move(pulse.tempo);
    analysis.beats.beats_seconds = std::move(pulse.beats_seconds);
    internal::find_downbeats(analysis.beats, onsets, chroma);
    analysis.key = internal::estimate_key(chroma, analysis.duration_seconds);
  }

 private:
  internal::OnsetStrength onsets_;
  internal::ChromaExtractor chroma_;
};

}  // namespace

struct Analyzer::Impl {
  LevelSink levels;
  MusicSink music;
  std::array<AudioSink*, 2> sinks{&levels, &music};
};

Analyzer::Analyzer() : impl_(std::make_unique<Impl>()) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

std::span<AudioSink* const> Analyzer::sinks() const { return impl_->sinks; }

Analysis Analyzer::finish() {
  Analysis analysis;
  impl_->levels.finish(analysis);
  impl_->music.finish(analysis);
  return analysis;
}

Analysis analyze(const AudioView& audio) {
  Analyzer analyzer;
  for (AudioSink* sink : analyzer.sinks()) {
    const AudioFormat wanted = sink->wanted_format();
    sink->begin({wanted.sample_rate_hz > 0 ? wanted.sample_rate_hz : audio.sample_rate_hz,
                 wanted.num_channels > 0 ? wanted.num_channels : audio.num_channels});
    if (wanted == AudioFormat{}) {
      sink->push(audio.samples);
    } else {
      sink->push(convert(audio, wanted).samples);
    }
  }
  return analyzer.finish();
}

FileAnalysis analyze_file(const AudioSource& source, const DecodeOptions& options) {
  Analyzer analyzer;
  DecodeSummary summary = decode_into(source, analyzer.sinks(), options);
  return {analyzer.finish(), std::move(summary)};
}

}  // namespace mess
