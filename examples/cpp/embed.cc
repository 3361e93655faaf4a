// SPDX-License-Identifier: MIT
// Turns a file into one vector: example_embed song.mp3 [encoder]
#include <cstdio>
#include <exception>
#include <memory>

#include "mess/encode.h"
#include "mess/pool.h"

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: %s FILE [ENCODER]\n", argv[0]);
    return 2;
  }
  try {
    const std::unique_ptr<mess::Encoder> encoder = mess::make_encoder(argc == 3 ? argv[2] : "acoustic");
    // The file is streamed: an hour of music needs no more memory than a minute, apart from its frames.
    const mess::Frames frames = encoder->encode_file(argv[1]);
    std::printf("%zu frames of %zu values, one every %.4f s\n", frames.num_frames, frames.dim, frames.hop_seconds);

    const mess::Embedding track = mess::pool(frames);
    std::printf("%s:", track.encoder_id.str().c_str());
    for (const float value : track.values)
      std::printf(" %.4f", static_cast<double>(value));
    std::printf("\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
