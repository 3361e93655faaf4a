// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "src/index/pq_codec.h"

namespace mess::internal {

/// FAISS's k-means finds the centroids of the lists among `sample`, and then the codebooks among what the centroids leave
/// over. The result depends on the arguments alone, not on the number of threads.
/// @param sample  at least max(num_lists, 256) vectors of `dim` values; more than about 100 per centroid are not used
/// @throws IndexError
std::shared_ptr<const PqCodec> train_pq_codec(std::span<const float> sample, std::size_t dim, std::size_t num_lists,
                                              std::size_t num_parts, std::size_t num_threads);

}  // namespace mess::internal
