// SPDX-License-Identifier: MIT
// Prints the distance between two moments of one file: how much a piece of music changes.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <vector>

#include <mess/audio.h>
#include <mess/encode.h>
#include <mess/index.h>
#include <mess/pool.h>
#include <mess/version.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  try {
    std::printf("libmess %s\n", mess::version().c_str());
    const mess::AudioBuffer audio = mess::decode(argv[1]);
    std::printf("decoded %.2f s\n", audio.duration_seconds());

    const double half_seconds = audio.duration_seconds() / 2;
    const auto encoder = mess::make_encoder("acoustic");
    const auto first = mess::pool(encoder->encode(mess::decode(argv[1], {.duration_seconds = half_seconds})));
    const auto second = mess::pool(encoder->encode(mess::decode(argv[1], {.start_seconds = half_seconds})));
    std::printf("embedded %zu values\n", first.values.size());

    mess::VectorIndex index(first.values.size(), {.encoder_id = first.encoder_id.str()});
    index.add(std::vector<std::int64_t>{2}, second.values);
    const mess::SearchResult hits = index.search(first.values, 1, 1);
    std::printf("the second half scores %.3f against the first\n", static_cast<double>(hits.scores[0]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
