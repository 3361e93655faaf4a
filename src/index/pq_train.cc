// SPDX-License-Identifier: MIT
#include "src/index/pq_train.h"

#include <faiss/Clustering.h>
#include <faiss/Index.h>
#include <faiss/impl/FaissException.h>
#include <omp.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "mess/error.h"
#include "src/index/exact_search.h"
#include "src/support/parallel.h"

namespace mess::internal {
namespace {

constexpr int kListIterations = 10;
constexpr int kEntryIterations = 16;
constexpr std::size_t kRowsPerList = 64;
constexpr std::size_t kRowsPerEntry = 100;

// FAISS's own loops then start no threads, which would outlive the call and not survive a fork.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

// What k-means asks for the nearest centroid of each point. Distances are mere statistics there, so none are given.
class Assignment : public faiss::Index {
 public:
  explicit Assignment(std::size_t dims) : faiss::Index(static_cast<idx_t>(dims), faiss::METRIC_L2) {}

  void reset() override { ntotal = 0; }
  void search(idx_t count, const float* points, idx_t, float* distances, idx_t* labels,
              const faiss::SearchParameters*) const override {
    std::fill(distances, distances + count, 0.0f);
    assign_points(std::span(points, static_cast<std::size_t>(count * d)), labels);
  }

 private:
  virtual void assign_points(std::span<const float> points, idx_t* labels) const = 0;
};

class ListAssignment : public Assignment {
 public:
  ListAssignment(std::size_t dims, std::size_t num_threads) : Assignment(dims), num_threads_(num_threads) {}

  void add(idx_t count, const float* centroids) override {
    const auto dims = static_cast<std::size_t>(d);
    rows_ = std::make_unique<RowStore>(dims, Storage::kFloat32, Metric::kSquaredL2, true);
    for (idx_t i = 0; i < count; ++i)
      rows_->append(i, std::span(centroids + static_cast<std::size_t>(i) * dims, dims));
    ntotal = count;
  }

 private:
  void assign_points(std::span<const float> points, idx_t* labels) const override {
    constexpr std::size_t kPoints = 256;
    const auto dims = static_cast<std::size_t>(d);
    const std::size_t count = points.size() / dims;
    parallel_for((count + kPoints - 1) / kPoints, num_threads_, [&](std::size_t task) {
      const std::size_t first = task * kPoints;
      std::vector<QuerySketch> queries;
      for (std::size_t i = first; i < std::min(count, first + kPoints); ++i)
        queries.emplace_back(points.subspan(i * dims, dims), Metric::kSquaredL2);
      const auto found = search_exact_batch(*rows_, queries, 1, {nullptr, rows_->num_rows()}, 1);
      for (std::size_t i = 0; i < found.size(); ++i)
        labels[first + i] = found[i].front().id;
    });
  }

  std::unique_ptr<RowStore> rows_;
  std::size_t num_threads_;
};

class EntryAssignment : public Assignment {
 public:
  explicit EntryAssignment(std::size_t dims)
      : Assignment(dims),
        codebook_(dims * kPqEntries),
        biases_(kPqEntries),
        kernels_(pq_kernels(active_simd_level())) {}

  void add(idx_t count, const float* entries) override {
    const auto dims = static_cast<std::size_t>(d);
    for (std::size_t e = 0; e < kPqEntries; ++e) {
      double squared = 0.0;
      for (std::size_t i = 0; i < dims; ++i) {
        const float value = entries[e * dims + i];
        codebook_[i * kPqEntries + e] = value;
        squared += static_cast<double>(value) * static_cast<double>(value);
      }
      biases_[e] = static_cast<float>(-0.5 * squared);
    }
    ntotal = count;
  }
  std::span<const float> codebook() const { return codebook_; }

 private:
  void assign_points(std::span<const float> points, idx_t* labels) const override {
    const auto dims = static_cast<std::size_t>(d);
    for (std::size_t i = 0; i < points.size() / dims; ++i)
      labels[i] = kernels_.nearest(points.data() + i * dims, codebook_.data(), biases_.data(), dims);
  }

  std::vector<float> codebook_;
  std::vector<float> biases_;
  const PqKernels& kernels_;
};

std::vector<float> cluster(std::span<const float> points, std::size_t dims, std::size_t count, int iterations,
                           Assignment& assignment) {
  faiss::ClusteringParameters parameters;
  parameters.niter = iterations;
  parameters.min_points_per_centroid = 1;  // it would print a warning
  parameters.max_points_per_centroid = 1 << 20;
  faiss::Clustering clustering(static_cast<int>(dims), static_cast<int>(count), parameters);
  const OneThread one_thread;
  clustering.train(static_cast<std::int64_t>(points.size() / dims), points.data(), assignment);
  return std::move(clustering.centroids);
}

// `count` vectors at most, the same ones each time.
std::vector<float> choose(std::span<const float> vectors, std::size_t dim, std::size_t count) {
  std::vector<std::size_t> order(vectors.size() / dim);
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::mt19937_64 random(1);  // NOLINT(bugprone-random-generator-seed): the same sample every time
  count = std::min(count, order.size());
  std::vector<float> chosen;
  chosen.reserve(count * dim);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(order[i], order[i + random() % (order.size() - i)]);
    const auto vector = vectors.subspan(order[i] * dim, dim);
    chosen.insert(chosen.end(), vector.begin(), vector.end());
  }
  return chosen;
}

void subtract_centroids(std::vector<float>& vectors, std::size_t dim, std::span<const float> centroids,
                        const Assignment& assignment) {
  const std::size_t count = vectors.size() / dim;
  std::vector<float> distances(count);
  std::vector<std::int64_t> lists(count);
  assignment.search(static_cast<std::int64_t>(count), vectors.data(), 1, distances.data(), lists.data(), nullptr);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t v = 0; v < dim; ++v)
      vectors[i * dim + v] -= centroids[static_cast<std::size_t>(lists[i]) * dim + v];
  }
}

// part_begin as in PqCodec.
std::vector<float> train_codebooks(std::span<const float> residuals, std::size_t dim, std::size_t num_parts,
                                   std::size_t num_threads) {
  const std::size_t count = residuals.size() / dim;
  std::vector<float> codebooks(dim * kPqEntries);
  parallel_for(num_parts, num_threads, [&](std::size_t j) {
    const std::size_t begin = dim * j / num_parts;
    const std::size_t size = dim * (j + 1) / num_parts - begin;
    std::vector<float> points(count * size);
    for (std::size_t i = 0; i < count; ++i) {
      const auto part = residuals.subspan(i * dim + begin, size);
      std::copy(part.begin(), part.end(), points.begin() + static_cast<std::ptrdiff_t>(i * size));
    }
    EntryAssignment entries(size);
    cluster(points, size, kPqEntries, kEntryIterations, entries);
    std::copy(entries.codebook().begin(), entries.codebook().end(),
              codebooks.begin() + static_cast<std::ptrdiff_t>(begin * kPqEntries));
  });
  return codebooks;
}

}  // namespace

std::shared_ptr<const PqCodec> train_pq_codec(std::span<const float> sample, std::size_t dim, std::size_t num_lists,
                                              std::size_t num_parts, std::size_t num_threads) {
  try {
    ListAssignment lists(dim, num_threads);
    std::vector<float> chosen = choose(sample, dim, std::max(num_lists * kRowsPerList, kPqEntries * kRowsPerEntry));
    const std::vector<float> centroids = cluster(chosen, dim, num_lists, kListIterations, lists);
    chosen.resize(std::min(chosen.size(), kPqEntries * kRowsPerEntry * dim));
    subtract_centroids(chosen, dim, centroids, lists);
    const std::vector<float> codebooks = train_codebooks(chosen, dim, num_parts, num_threads);
    return std::make_shared<const PqCodec>(dim, num_parts, centroids, codebooks);
  } catch (const faiss::FaissException& error) {
    throw IndexError(std::string("[index] train: ") + error.what());
  }
}

}  // namespace mess::internal
