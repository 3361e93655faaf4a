// SPDX-License-Identifier: MIT
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/HNSW.h>

#include <algorithm>
#include <string>

#include "mess/error.h"
#include "src/index/graph.h"
#include "src/support/parallel.h"

namespace mess::internal {
namespace {

// Distances between stored rows, from their sketches.
class SketchDistances : public faiss::DistanceComputer {
 public:
  explicit SketchDistances(const RowStore& rows) : rows_(rows) {}

  // The query is a row: see `from`.
  void set_query(const float*) override {}
  void from(std::size_t row) { query_ = static_cast<idx_t>(row); }
  float operator()(idx_t i) override { return distance(query_, i); }
  float symmetric_dis(idx_t i, idx_t j) override { return distance(i, j); }

 private:
  float distance(idx_t i, idx_t j) const {
    const auto a = static_cast<std::size_t>(i);
    const auto b = static_cast<std::size_t>(j);
    const SketchRow& info_a = rows_.row_info(a);
    const SketchRow& info_b = rows_.row_info(b);
    const std::int32_t product = rows_.kernels->code_product(rows_.codes(a), rows_.codes(b), rows_.sketch_stride);
    const float dot = static_cast<float>(product - 128 * std::int64_t{info_b.code_sum}) * (info_a.scale * info_b.scale);
    return rows_.metric == Metric::kSquaredL2 ? info_a.squared_norm + info_b.squared_norm - 2.0f * dot : -dot;
  }

  const RowStore& rows_;
  idx_t query_ = 0;
};

class Locks {
 public:
  explicit Locks(std::size_t count) : locks_(count) {
    for (omp_lock_t& lock : locks_)
      omp_init_lock(&lock);
  }
  ~Locks() {
    for (omp_lock_t& lock : locks_)
      omp_destroy_lock(&lock);
  }
  Locks(const Locks&) = delete;
  Locks& operator=(const Locks&) = delete;
  std::vector<omp_lock_t>& get() { return locks_; }

 private:
  std::vector<omp_lock_t> locks_;
};

// Rows of higher levels first, as the paper's upper levels are the way in.
std::vector<std::vector<std::int32_t>> rows_by_level(const faiss::HNSW& hnsw, std::size_t first) {
  std::vector<std::vector<std::int32_t>> result;
  for (std::size_t r = first; r < hnsw.levels.size(); ++r) {
    const auto level = static_cast<std::size_t>(hnsw.levels[r]);
    if (level > result.size())
      result.resize(level);
    result[level - 1].push_back(static_cast<std::int32_t>(r));
  }
  std::reverse(result.begin(), result.end());
  return result;
}

// FAISS follows the arrays without a look, so that whatever came from a file is looked at once before.
void check_arrays(const GraphArrays& arrays, const faiss::HNSW& hnsw) {
  const auto require = [](bool holds) {
    if (!holds)
      throw IndexError("[index] graph: expected links that fit together, found others; build the index again");
  };
  const std::size_t count = arrays.levels.size();
  const auto most_levels = static_cast<std::int32_t>(hnsw.cum_nneighbor_per_level.size()) - 1;
  require(arrays.offsets.size() == count + 1 && arrays.offsets[0] == 0);
  for (std::size_t r = 0; r < count; ++r) {
    const std::int32_t levels = arrays.levels[r];
    require(levels >= 1 && levels <= most_levels && levels <= arrays.max_level + 1);
    require(arrays.offsets[r + 1] - arrays.offsets[r] == static_cast<std::uint64_t>(hnsw.cum_nb_neighbors(levels)));
  }
  require(arrays.offsets[count] == arrays.neighbors.size());
  for (std::size_t r = 0; r < count; ++r) {
    for (std::int32_t level = 0; level < arrays.levels[r]; ++level) {
      const auto begin = arrays.offsets[r] + static_cast<std::uint64_t>(hnsw.cum_nb_neighbors(level));
      const auto width = static_cast<std::size_t>(hnsw.nb_neighbors(level));
      bool has_ended = false;
      for (const std::int32_t link : arrays.neighbors.subspan(begin, width)) {
        require(link >= -1 && link < static_cast<std::int64_t>(count));
        require(link == -1 || !has_ended);  // a full list is one whose last link is set: FAISS then reads them all
        has_ended = link == -1;
        require(link == -1 || arrays.levels[static_cast<std::size_t>(link)] > level);
      }
    }
  }
  require(arrays.entry_point >= 0 && static_cast<std::size_t>(arrays.entry_point) < count);
  require(arrays.levels[static_cast<std::size_t>(arrays.entry_point)] == arrays.max_level + 1);
}

}  // namespace

Graph::Graph(std::size_t num_links, std::size_t ef_construction)
    : num_links_(num_links), ef_construction_(ef_construction) {}

Graph::~Graph() = default;

std::size_t Graph::owned_bytes() const {
  if (!built_)
    return 0;
  return built_->levels.capacity() * sizeof(int) + built_->offsets.capacity() * sizeof(std::size_t) +
         built_->neighbors.capacity() * sizeof(std::int32_t);
}

void Graph::make_writable() {
  if (built_)
    return;
  auto built = std::make_unique<faiss::HNSW>(static_cast<int>(num_links_));
  built->efConstruction = static_cast<int>(ef_construction_);
  if (!arrays_.levels.empty()) {
    check_arrays(arrays_, *built);
    built->levels.assign(arrays_.levels.begin(), arrays_.levels.end());
    built->offsets.assign(arrays_.offsets.begin(), arrays_.offsets.end());
    built->neighbors.assign(arrays_.neighbors.begin(), arrays_.neighbors.end());
    built->entry_point = arrays_.entry_point;
    built->max_level = arrays_.max_level;
  }
  built_ = std::move(built);
}

void Graph::link_new_rows(const RowStore& rows, std::size_t num_threads) {
  const std::size_t first = size();
  const std::size_t count = rows.num_rows();
  if (first == count)
    return;
  try {
    make_writable();
    built_->prepare_level_tab(count - first);
    Locks locks(count);
    for (const auto& level_rows : rows_by_level(*built_, first)) {
      // Each task takes a run of rows, so that its visited table serves more than one.
      constexpr std::size_t kRun = 64;
      std::mutex tables_mutex;
      std::vector<std::unique_ptr<faiss::VisitedTable>> tables;
      parallel_for((level_rows.size() + kRun - 1) / kRun, num_threads, [&](std::size_t task) {
        std::unique_ptr<faiss::VisitedTable> visited;
        {
          const std::lock_guard lock(tables_mutex);
          if (!tables.empty()) {
            visited = std::move(tables.back());
            tables.pop_back();
          }
        }
        if (!visited)
          visited = std::make_unique<faiss::VisitedTable>(static_cast<int>(count));
        SketchDistances distances(rows);
        for (std::size_t i = task * kRun; i < std::min(level_rows.size(), (task + 1) * kRun); ++i) {
          const std::int32_t row = level_rows[i];
          distances.from(static_cast<std::size_t>(row));
          built_->add_with_locks(distances, built_->levels[static_cast<std::size_t>(row)] - 1, row, locks.get(),
                                 *visited);
        }
        const std::lock_guard lock(tables_mutex);
        tables.push_back(std::move(visited));
      });
    }
  } catch (const faiss::FaissException& error) {
    throw IndexError(std::string("[index] graph: ") + error.what());
  }
  arrays_ = {.levels = built_->levels,
             .offsets = built_->offsets,
             .neighbors = built_->neighbors,
             .entry_point = built_->entry_point,
             .max_level = built_->max_level};
}

}  // namespace mess::internal
