// SPDX-License-Identifier: MIT
// What an index says about itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mess {

/// N_k(x) is how often x is among the k nearest of other vectors; its mean is k x queries / vectors.
struct HubnessReport {
  std::size_t k = 0;
  std::size_t num_queries = 0;
  double skewness = 0.0;          // S_k, the third standardised moment of N_k; 0 when no vector stands out
  double anti_hub_share = 0.0;    // vectors that nothing finds: N_k = 0
  std::size_t largest_count = 0;  // N_k of the largest hub
};

struct RecallEstimate {
  double recall = 0.0;  // mean over the queries of (found and true) / k
  double lowest = 0.0;  // of one query
  std::size_t k = 0;
  std::size_t num_queries = 0;
};

struct SectionInfo {
  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct IndexInfo {
  std::string spec;
  std::string structure;  // "flat", "hnsw" or "ivf": what searches use now
  std::string storage;    // "float32", "fp16", "bf16", "int8" or "pq"
  std::string metric;
  std::string encoder_id;
  std::size_t dim = 0;
  std::size_t size = 0;
  std::size_t num_removed = 0;        // kept as stepping stones until compact()
  double bytes_per_vector = 0.0;      // of everything, in memory or mapped
  std::size_t owned_bytes = 0;        // in memory
  std::size_t mapped_bytes = 0;       // in the file
  std::vector<SectionInfo> sections;  // of the file
};

}  // namespace mess
