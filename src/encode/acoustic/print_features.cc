// SPDX-License-Identifier: MIT
// Prints the unstandardised features of audio files, one line each, for python/mess/training/acoustic_statistics.py:
//
//   acoustic_features FILE...    the track's features, then the mean of the frames, then the mean of their squares
#include <array>
#include <cstdio>
#include <exception>

#include "mess/audio.h"
#include "src/encode/acoustic/features_session.h"

namespace {

using namespace mess;
using internal::acoustic::FeaturesSession;
using internal::acoustic::Texture;

class FeaturesSink : public AudioSink {
 public:
  AudioFormat wanted_format() const override { return {internal::acoustic::kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override { session.push(chunk); }

  FeaturesSession session;
};

void print_line(FeaturesSession& session) {
  session.finish();
  for (const float value : session.track_features())
    std::printf("%.9g ", static_cast<double>(value));
  const std::vector<float> frames = session.take_frames();
  const std::size_t count = frames.size() / Texture::kDim;
  const auto num_frames = static_cast<double>(count);
  std::array<double, Texture::kDim> means{};
  std::array<double, Texture::kDim> squares{};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    means[i % Texture::kDim] += frames[i] / num_frames;
    squares[i % Texture::kDim] += static_cast<double>(frames[i]) * frames[i] / num_frames;
  }
  for (const double value : means)
    std::printf("%.9g ", value);
  for (const double value : squares)
    std::printf("%.9g ", value);
  std::printf("\n");
}

}  // namespace

int main(int num_arguments, char** arguments) {
  try {
    for (int i = 1; i < num_arguments; ++i) {
      FeaturesSink sink;
      const std::array<AudioSink*, 1> sinks{&sink};
      decode_into(arguments[i], sinks);
      print_line(sink.session);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
