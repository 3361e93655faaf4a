// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mess/index.h"
#include "src/index/exact_search.h"
#include "src/index/graph.h"
#include "src/index/hubness.h"
#include "src/index/index_file.h"
#include "src/index/index_spec.h"
#include "src/index/inverted_lists.h"
#include "src/index/row_store.h"
#include "src/support/fair_shared_mutex.h"

namespace mess {

/// The parts of an index. Rows are numbered; ids belong to the caller.
struct VectorIndex::Impl {
  IndexOptions options;
  internal::IndexSpec spec;
  internal::Metric metric;
  std::size_t num_dims;
  std::shared_ptr<internal::IndexSource> source;  // what mapped parts point into
  std::unique_ptr<internal::RowStore> rows;
  std::unique_ptr<internal::Graph> graph;
  std::unique_ptr<internal::InvertedLists> lists;  // once trained
  std::unique_ptr<internal::HubnessModel> hubness;
  mutable internal::FairSharedMutex mutex;  // guards all but options, spec, metric, num_dims

  Impl(std::size_t dim, const IndexOptions& options_);

  std::size_t dim() const { return num_dims; }
  std::size_t num_threads() const;
  internal::Structure structure() const;
  /// Rows that others refer to by number cannot move.
  bool rows_are_fixed() const { return graph != nullptr || lists != nullptr; }

  void check_queries(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                     const std::string& encoder_id) const;
  void check_new(std::span<const std::int64_t> ids, std::span<const float> vectors, bool may_be_present) const;

  void append(std::span<const std::int64_t> ids, std::span<const float> vectors);
  std::size_t remove(std::span<const std::int64_t> ids);
  void catch_up();
  void compact();

  std::size_t least_training_rows() const;
  /// Trains on what is there and what is coming, once both together are enough.
  void train_on_enough(std::span<const float> coming);
  /// @param expected_rows  decides the number of lists where the spec gives none
  void train(std::span<const float> sample, std::size_t expected_rows);
  std::vector<float> stored_values() const;
  void append_encoded(internal::RowStore& target, std::span<const std::int64_t> ids,
                      std::span<const float> vectors) const;

  /// Rows of the ids that the filter accepts; `bits` holds them when the filter restricts anything.
  internal::AllowedRows allowed_rows(const IdFilter* filter, internal::RowBits& bits) const;
  /// num_queries lists, best first.
  std::vector<std::vector<internal::ScoredRow>> find(std::span<const float> queries, std::size_t num_queries,
                                                     const SearchOptions& options) const;
  std::vector<internal::ScoredRow> find_by_graph(const internal::QuerySketch& query, std::size_t k,
                                                 const SearchOptions& options,
                                                 const internal::AllowedRows& allowed) const;
  std::vector<internal::ScoredRow> find_by_lists(const internal::QuerySketch& query, std::size_t k,
                                                 std::size_t num_probes, const internal::AllowedRows& allowed) const;
  bool prefers_graph(const SearchOptions& options, const internal::AllowedRows& allowed) const;
  /// How many lists to look into; 0: scan the rows that are allowed.
  std::size_t num_probes(const SearchOptions& options, const internal::AllowedRows& allowed) const;
  std::vector<std::vector<internal::ScoredRow>> nearest(std::span<const internal::QuerySketch> queries, std::size_t k,
                                                        const SearchOptions& options,
                                                        const internal::AllowedRows& allowed) const;
};

namespace internal {

void check_values(std::span<const float> values, const char* subject, float largest);
std::string count_text(std::size_t rows, std::size_t columns);
SearchResult pad_results(const std::vector<std::vector<ScoredRow>>& found, std::size_t k);
std::vector<QuerySketch> sketch_queries(std::span<const float> queries, std::size_t dim, Metric metric);

}  // namespace internal
}  // namespace mess
