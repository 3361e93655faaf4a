// SPDX-License-Identifier: MIT
// Prints, for fit_rhythm.py, what the rankings of src/analyze see of each file, one JSON object per line.
// Usage: rhythm_features FILE BPM [FILE BPM ...], with the true tempo of each file.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "mess/audio.h"
#include "src/analyze/beat_phase.h"
#include "src/analyze/beat_tracker.h"
#include "src/analyze/rhythm.h"
#include "src/analyze/tempo.h"

namespace {

class MusicSink : public mess::AudioSink {
 public:
  mess::AudioFormat wanted_format() const override { return {mess::internal::OnsetStrength::kSampleRateHz, 1}; }
  void begin(const mess::AudioFormat&) override {}
  void push(std::span<const float> chunk) override {
    onsets_.push(chunk);
    chroma_.push(chunk);
  }
  mess::internal::OnsetCurves finish_onsets() { return onsets_.finish(); }
  mess::internal::ChromaCurves finish_chroma() { return chroma_.finish(); }

 private:
  mess::internal::OnsetStrength onsets_;
  mess::internal::ChromaExtractor chroma_;
};

template <typename Values>
void print_list(const Values& values) {
  const char* separator = "[";
  for (const double value : values) {
    std::printf("%s%.6g", separator, value);
    separator = ",";
  }
  std::printf(values.size() > 0 ? "]" : "[]");
}

void print_features(const char* path, double true_bpm) {
  MusicSink sink;
  const std::array<mess::AudioSink*, 1> sinks{&sink};
  mess::decode_into(path, sinks);
  const mess::internal::OnsetCurves heard = sink.finish_onsets();
  const auto steadied = mess::internal::find_tempo(heard).steadied;
  const mess::internal::OnsetCurves& curves = steadied ? steadied->curves : heard;
  std::printf("{\"candidates\":[");
  const char* separator = "";
  for (const auto& candidate : mess::internal::tempo_features(curves)) {
    std::printf("%s{\"bpm\":%.6g,\"features\":", separator, candidate.bpm);
    print_list(candidate.values);
    std::printf("}");
    separator = ",";
  }
  const std::vector<double> beats =
      mess::internal::track_beats(curves, true_bpm, [](const std::vector<double>&) { return false; });
  std::vector<double> on_track = beats;
  for (double& seconds : on_track)
    seconds = steadied ? steadied->original_seconds(seconds) : seconds;
  std::printf("],\"beats\":");
  print_list(on_track);
  std::printf(",\"phase\":");
  print_list(mess::internal::beat_phase_features(curves, sink.finish_chroma(), beats, on_track));
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    for (int i = 1; i + 1 < argc; i += 2)
      print_features(argv[i], std::atof(argv[i + 1]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
