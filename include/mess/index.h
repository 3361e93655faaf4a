// SPDX-License-Identifier: MIT
// Nearest neighbours: exact, or through a graph; filtered, changed and kept in files.
//
//   mess::VectorIndex index(dim, {.encoder_id = "acoustic/2+track"});
//   index.add(ids, vectors);
//   mess::SearchResult hits = index.search(queries, num_queries, 10);
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mess/export.h"
#include "mess/index_filter.h"
#include "mess/index_groups.h"
#include "mess/index_reports.h"

namespace mess {

namespace internal {
class IndexSource;
}

struct IndexOptions {
  /// What is built and what it keeps:
  ///   "flat"       exact, float32       "flat-fp16"  exact over half precision
  ///   "flat-bf16"  exact over bfloat16  "flat-int8"  exact over 16-bit integers with one scale per vector
  ///   "hnsw"       a graph over float32; "hnsw48" with 48 links per vector; "hnsw,flat-fp16" over another storage
  ///   "ivf,pq"     for the very large: lists around centroids, vectors quantised to one byte for eight values;
  ///                "ivf4096,pq96" with so many lists and so many bytes per vector; see train()
  ///   "auto"       flat, and from about a millisecond per query on a graph
  std::string spec = "auto";
  std::string encoder_id{};          // what made the vectors; empty when the caller does not say
  std::string metric = "ip";         // "ip": inner product; "l2": scores are negative squared distances
  std::size_t ef_construction = 64;  // graph: candidates looked at per new vector; more is better and slower
  std::string label{};               // kept in the file for the caller: what the index was built from, say
  std::size_t num_threads = 0;       // for building and for batches; 0: one per processor
};

struct SearchOptions {
  std::size_t k = 10;
  const IdFilter* filter = nullptr;  // only these ids: always min(k, matches) results
  std::size_t effort = 0;            // graph: candidates kept (ef); lists: how many to look into; 0 chooses
  bool exact = false;                // look at every vector whatever the structure
  bool correct_hubness = false;      // rank by mutual proximity; needs fit_hubness(); scores are 0 to 1
  std::string encoder_id{};          // when both this and the index's are known they must agree
};

/// Row-major, num_queries x k, best first. Where fewer than k match: id -1, score -infinity.
struct SearchResult {
  std::size_t num_queries = 0;
  std::size_t k = 0;
  std::vector<float> scores;
  std::vector<std::int64_t> ids;
};

struct LoadOptions {
  /// Check every byte before the first use. Otherwise the large sections of a file above 64 MiB are checked by verify()
  /// only; headers and everything small are always checked.
  bool verify = false;
};

/// Thread-safe: searches and other const methods run side by side; whatever changes the index waits for them and for
/// each other. Results of exact searches have the same bits on every CPU; equal scores come in the order of ids.
class MESS_API VectorIndex {
 public:
  /// @throws InvalidArgument  dim outside 1 to 65,536, unknown spec or metric
  explicit VectorIndex(std::size_t dim, const IndexOptions& options = {});
  ~VectorIndex();
  VectorIndex(VectorIndex&&) noexcept;
  VectorIndex& operator=(VectorIndex&&) noexcept;

  std::size_t dim() const;
  std::size_t size() const;
  const std::string& spec() const;
  const std::string& metric() const;
  const std::string& encoder_id() const;
  const std::string& label() const;
  bool contains(std::int64_t id) const;
  /// All ids, in no order.
  std::vector<std::int64_t> ids() const;
  /// The vector stored under `id`, as the storage keeps it. @throws IndexError when there is none
  std::vector<float> vector(std::int64_t id) const;
  /// ids.size() x dim. @throws IndexError
  std::vector<float> vectors(std::span<const std::int64_t> ids) const;

  /// An index with lists learns them and its codes from data: here, or by itself in the add() that brings it to 64
  /// vectors per list (65,536 where the spec gives no number of lists, which then becomes the power of two nearest to
  /// 4 sqrt(n)) and to 16,384 at least. Until then it keeps float32 and searches exactly; afterwards vectors are what
  /// their codes give back. The second form learns from the vectors that are in.
  /// @param vectors  count x dim, like those to come
  /// @throws InvalidArgument  another kind, trained already, or fewer vectors than lists or than 256
  void train(std::span<const float> vectors);
  void train();
  /// True of kinds that learn nothing.
  bool is_trained() const;

  /// @param vectors  ids.size() x dim, row-major, each value finite and at most 1e15 (fp16: 65,504) in size
  /// @throws InvalidArgument  wrong size, not finite, negative id, or an id given twice or already present; then nothing
  ///                          is added
  void add(std::span<const std::int64_t> ids, std::span<const float> vectors);
  /// As add(), but ids that are present get the new vector. @returns how many were present
  std::size_t update(std::span<const std::int64_t> ids, std::span<const float> vectors);
  /// O(1) per id. Returns how many were present. A graph keeps removed vectors as stepping stones until compact().
  std::size_t remove(std::span<const std::int64_t> ids);
  /// Builds anew without what was removed; happens by itself once more is removed than is left. Ids stay.
  void compact();

  /// @param queries  num_queries x dim, row-major, each value finite and at most 1e15 in size
  /// @throws InvalidArgument  wrong size, k of 0, num_queries x k above 2^28, another encoder id
  SearchResult search(std::span<const float> queries, std::size_t num_queries, const SearchOptions& options) const;
  SearchResult search(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                      std::optional<std::span<const std::int64_t>> filter = std::nullopt,
                      const std::string& encoder_id = {}) const;
  /// All that score at least `min_score`, best first; exact. num_queries is 1 and k what was found.
  SearchResult search_range(std::span<const float> query, float min_score, const IdFilter* filter = nullptr) const;
  /// By several vectors at once, each with a weight (negative: away from it): the sum of weight x score.
  /// @param vectors  weights.size() x dim
  /// @throws InvalidArgument also when the metric is not "ip"
  SearchResult search_weighted(std::span<const float> vectors, std::span<const float> weights,
                               const SearchOptions& options = {}) const;
  /// By several vectors at once, each id scored by the one it is nearest to.
  SearchResult search_any(std::span<const float> vectors, std::size_t num_vectors,
                          const SearchOptions& options = {}) const;
  /// By several vectors at once, for groups of ids (late interaction, MaxSim): the score of a group is the sum over the
  /// query's vectors of weight x the largest score among the group's vectors. Exact: looks at every vector. A group
  /// without an id that the filter accepts is not found.
  /// @param weights  one per vector; all 1 is MaxSim, all 1 / n its mean
  /// @returns groups in place of ids, at most k. @throws InvalidArgument also for a group below 0
  SearchResult search_groups(std::span<const float> vectors, std::span<const float> weights, const IdGroups& groups,
                             const SearchOptions& options = {}) const;
  /// Maximal marginal relevance (Carbonell and Goldstein, 1998): picks one after the other the id with the largest
  /// (1 - diversity) x score - diversity x (largest cosine with those picked). @param diversity  0 to 1
  /// @returns positions in `ids`, at most k. @throws IndexError for an id that is absent, InvalidArgument
  std::vector<std::size_t> diversify(std::span<const std::int64_t> ids, std::span<const float> scores, std::size_t k,
                                     double diversity) const;

  /// Learns for each vector how similar others are to it in general, against a sample; later ones are learned as they
  /// come. Mutual proximity (Schnitzer et al., 2012, independent Gaussians) then corrects for hubs in search().
  /// @throws InvalidArgument  fewer than 2 vectors or a sample below 2
  void fit_hubness(std::size_t sample_size = 256);
  bool has_hubness() const;
  /// How unevenly vectors appear among the k nearest of others, with at most max_queries of them as queries.
  HubnessReport hubness(std::size_t k = 10, bool corrected = false, std::size_t max_queries = 20000) const;
  /// What share of the true k nearest a search with this effort finds, measured with stored vectors as queries.
  RecallEstimate recall_estimate(std::size_t k = 10, std::size_t num_queries = 200, std::size_t effort = 0) const;

  /// Writes beside `path`, syncs, renames: a reader sees the old file or the new one. @throws IndexError
  void save(const std::filesystem::path& path) const;
  /// Maps the file: nothing is copied, later changes stay in memory. Checks magic, version, lengths and checksums before
  /// it trusts a byte. @throws FormatError
  static VectorIndex load(const std::filesystem::path& path, const LoadOptions& options = {});
  static VectorIndex load(std::span<const std::byte> bytes, const std::string& name);
  /// Checks every section of the file that this was loaded from. @throws FormatError
  void verify() const;
  IndexInfo info() const;

 private:
  friend class IndexTransfer;
  struct Impl;
  explicit VectorIndex(std::unique_ptr<Impl> impl);
  static VectorIndex load_from(std::shared_ptr<internal::IndexSource> source, bool verify);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mess
