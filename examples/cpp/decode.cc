// SPDX-License-Identifier: MIT
// Decodes a file and prints what it holds: example_decode song.mp3
#include <cstdio>
#include <exception>

#include "mess/analyze.h"
#include "mess/audio.h"
#include "mess/audio_info.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  try {
    const mess::AudioInfo info = mess::read_audio_info(argv[1]);
    std::printf("%s, %s\n", info.container.c_str(), info.codec.c_str());
    for (const auto& [key, value] : info.tags)
      std::printf("  %s: %s\n", key.c_str(), value.c_str());

    const mess::AudioBuffer audio = mess::decode(argv[1]);
    std::printf("%.3f s, %d Hz, %d channels\n", audio.duration_seconds(), audio.sample_rate_hz, audio.num_channels);

    const mess::Analysis analysis = mess::analyze(audio);
    if (analysis.loudness.integrated_lufs)
      std::printf("%.1f LUFS\n", *analysis.loudness.integrated_lufs);
    std::printf("sounds from %.1f s to %.1f s\n", analysis.sounding.start_seconds, analysis.sounding.end_seconds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
