// SPDX-License-Identifier: MIT
#include "mess/analyze.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/analyze/chroma.h"
#include "src/analyze/description.h"
#include "src/analyze/downbeats.h"
#include "src/analyze/key.h"
#include "src/analyze/level_sink.h"
#include "src/analyze/onset_strength.h"
#include "src/analyze/periodicity.h"
#include "src/analyze/rhythm.h"
#include "src/support/audio_check.h"

namespace mess {
namespace {

constexpr double kDarkestHz = 200.0;
constexpr double kBrightestHz = 2000.0;

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
    internal::Pulse pulse = internal::find_pulse(onsets, chroma);
    analysis.tempo = std::move(pulse.tempo);
    analysis.beats.beats_seconds = std::move(pulse.beats_seconds);
    internal::find_downbeats(analysis.beats, onsets, chroma);
    if (analysis.duration_seconds > 0.0) {
      const auto num_onsets = internal::count_onsets(internal::standing_out(onsets.total, onsets.frame_rate_hz));
      analysis.onsets_per_second = static_cast<double>(num_onsets) / analysis.duration_seconds;
    }
    if (onsets.centroid_hz > 0.0) {
      const double octaves = std::log2(onsets.centroid_hz / kDarkestHz) / std::log2(kBrightestHz / kDarkestHz);
      analysis.brightness = std::clamp(octaves, 0.0, 1.0);
    }
    analysis.key = internal::estimate_key(chroma, analysis.duration_seconds);
  }

 private:
  internal::OnsetStrength onsets_;
  internal::ChromaExtractor chroma_;
};

}  // namespace

struct Analyzer::Impl {
  internal::LevelSink levels;
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
  internal::describe(analysis);
  return analysis;
}

Analysis analyze(const AudioView& audio) {
  internal::check_audio_view(audio, "analyze");
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
