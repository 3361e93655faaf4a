// SPDX-License-Identifier: MIT
// Finds what is nearest to the first file among all others: example_search query.mp3 a.mp3 b.mp3 ...
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "mess/encode.h"
#include "mess/index.h"
#include "mess/pool.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s QUERY FILE...\n", argv[0]);
    return 2;
  }
  try {
    const std::unique_ptr<mess::Encoder> encoder = mess::make_encoder("acoustic");
    const mess::Embedding query = mess::pool(encoder->encode_file(argv[1]));

    // The index remembers what made its vectors; a query of another encoder is refused.
    mess::VectorIndex index(query.values.size(), {.encoder_id = query.encoder_id.str()});
    for (int i = 2; i < argc; ++i) {
      const mess::Embedding track = mess::pool(encoder->encode_file(argv[i]));
      index.add(std::vector<std::int64_t>{i}, track.values);
    }

    const std::size_t k = std::min<std::size_t>(index.size(), 5);
    const mess::SearchResult hits = index.search(query.values, 1, k, std::nullopt, query.encoder_id.str());
    for (std::size_t rank = 0; rank < hits.k; ++rank) {
      std::printf("%.4f  %s\n", static_cast<double>(hits.scores[rank]), argv[hits.ids[rank]]);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
