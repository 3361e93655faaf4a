// SPDX-License-Identifier: MIT
// Exact search of one query in C++ on both sides: mess::VectorIndex beside the function that IndexFlatIP::search of the
// faiss-cpu wheel calls. The wheel has no headers, but this function takes plain types, so that its symbol says all.
//
//   index_native LIBFAISS.SO ROWS DIM      prints one line per round: seconds of mess, seconds of FAISS, shared results
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "mess/index.h"

namespace {

// faiss::knn_inner_product(x, y, d, nx, ny, k, distances, indexes, selector) of FAISS 1.15
using KnnInnerProduct = void (*)(const float*, const float*, std::size_t, std::size_t, std::size_t, std::size_t, float*,
                                 std::int64_t*, const void*);
constexpr const char* kSymbol = "_ZN5faiss17knn_inner_productEPKfS1_mmmmPfPlPKNS_10IDSelectorE";
constexpr std::size_t kResults = 10;
constexpr std::size_t kQueries = 100;
constexpr int kRounds = 9;

std::vector<float> unit_vectors(std::size_t count, std::size_t dim, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count * dim);
  for (std::size_t i = 0; i < count; ++i) {
    double squared = 0.0;
    for (std::size_t d = 0; d < dim; ++d) {
      values[i * dim + d] = normal(random);
      squared += static_cast<double>(values[i * dim + d]) * static_cast<double>(values[i * dim + d]);
    }
    for (std::size_t d = 0; d < dim; ++d)
      values[i * dim + d] /= static_cast<float>(std::sqrt(squared));
  }
  return values;
}

template <typename Search>
double median_seconds(Search search) {
  std::vector<double> seconds;
  for (std::size_t q = 0; q < kQueries; ++q) {
    const auto start = std::chrono::steady_clock::now();
    search(q);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + kQueries / 2, seconds.end());
  return seconds[kQueries / 2];
}

}  // namespace

int main(int argc, char** argv) {
  void* library = argc == 4 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  const auto knn = library != nullptr ? reinterpret_cast<KnnInnerProduct>(dlsym(library, kSymbol)) : nullptr;
  if (knn == nullptr) {
    std::fprintf(stderr, "expected LIBFAISS.SO ROWS DIM and that library to have %s\n", kSymbol);
    return 1;
  }
  const std::size_t rows = std::strtoul(argv[2], nullptr, 10);
  const std::size_t dim = std::strtoul(argv[3], nullptr, 10);
  const std::vector<float> vectors = unit_vectors(rows, dim, 1);
  const std::vector<float> queries = unit_vectors(kQueries, dim, 2);
  std::vector<std::int64_t> ids(rows);
  for (std::size_t i = 0; i < rows; ++i)
    ids[i] = static_cast<std::int64_t>(i);
  mess::VectorIndex index(dim, {.spec = "flat"});
  index.add(ids, vectors);

  std::size_t shared = 0;
  std::vector<std::int64_t> found(kQueries * kResults);
  std::vector<float> scores(kResults);
  const auto by_mess = [&](std::size_t q) {
    const auto hits = index.search(std::span(queries).subspan(q * dim, dim), 1, {.k = kResults});
    std::copy(hits.ids.begin(), hits.ids.end(), found.begin() + static_cast<std::ptrdiff_t>(q * kResults));
  };
  const auto by_faiss = [&](std::size_t q) {
    std::vector<std::int64_t> labels(kResults);
    knn(queries.data() + q * dim, vectors.data(), dim, 1, rows, kResults, scores.data(), labels.data(), nullptr);
    for (const std::int64_t id : labels) {
      const auto first = found.begin() + static_cast<std::ptrdiff_t>(q * kResults);
      shared += static_cast<std::size_t>(std::count(first, first + kResults, id));
    }
  };
  for (int round = -1; round < kRounds; ++round) {
    shared = 0;
    const double ours = median_seconds(by_mess);
    const double theirs = median_seconds(by_faiss);
    if (round >= 0)
      std::printf("%.9f %.9f %.4f\n", ours, theirs, static_cast<double>(shared) / (kQueries * kResults));
  }
  return 0;
}
