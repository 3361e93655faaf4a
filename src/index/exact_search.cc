// SPDX-License-Identifier: MIT
#include "src/index/exact_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "src/index/pq_scan.h"
#include "src/support/parallel.h"

namespace mess::internal {
namespace {

constexpr std::size_t kBlockRows = 256;

// Scanning a row in order costs about this much less than fetching it by itself.
constexpr double kScanAdvantage = 0.6;

template <typename Visit>
void for_each_set(const RowStore& rows, const RowBits& bits, Visit visit) {
  const auto words = bits.words();
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::uint64_t left = words[w]; left != 0; left &= left - 1) {
      const std::size_t r = w * 64 + static_cast<std::size_t>(std::countr_zero(left));
      if (r < rows.num_rows() && !rows.is_dead(r))
        visit(r);
    }
  }
}

// Calls visit(row, upper) for rows first to last, whether they are allowed or not.
template <typename Visit>
void scan(const RowStore& rows, const QuerySketch& query, const Visit& visit) {
  std::array<float, kBlockRows> upper;
  for (std::size_t first = 0; first < rows.num_rows();) {
    const std::size_t here = std::min(
        {kBlockRows, rows.num_rows() - first, rows.sketch.rows_together(first), rows.info.rows_together(first)});
    rows.kernels->upper_bounds(query.codes.data(), query.factors, rows.codes(first), &rows.row_info(first), here,
                               rows.sketch_stride, upper.data());
    for (std::size_t i = 0; i < here; ++i)
      visit(first + i, upper[i]);
    first += here;
  }
}

float upper_of(const QuerySketch& query, std::int32_t product, const SketchRow& row) {
  const SketchQuery& f = query.factors;
  return static_cast<float>(product - f.offset) * (row.scale * f.scale) +
         (f.norm_slack * row.norm + f.error_slack * row.error) + (f.squared_factor * row.squared_norm + f.constant);
}

// The rows of a selective filter, fetched one by one.
void gather(const RowStore& rows, const QuerySketch& query, const RowBits& bits, Candidates& candidates) {
  std::array<std::uint32_t, kBlockRows> numbers;
  std::array<const std::uint8_t*, kBlockRows> codes;
  std::array<std::int32_t, kBlockRows> products;
  std::size_t count = 0;
  const auto flush = [&] {
    rows.kernels->products(query.codes.data(), codes.data(), count, rows.sketch_stride, products.data());
    for (std::size_t i = 0; i < count; ++i) {
      const SketchRow& info = rows.row_info(numbers[i]);
      const float upper = upper_of(query, products[i], info);
      if (upper >= candidates.threshold())
        candidates.offer(numbers[i], upper, query.lower(upper, info));
    }
    count = 0;
  };
  for_each_set(rows, bits, [&](std::size_t r) {
    numbers[count] = static_cast<std::uint32_t>(r);
    codes[count++] = rows.codes(r);
    if (count == kBlockRows)
      flush();
  });
  if (count > 0)
    flush();
}

template <typename Visit>
void for_each_allowed(const RowStore& rows, const AllowedRows& allowed, Visit visit) {
  if (allowed.bits != nullptr) {
    for_each_set(rows, *allowed.bits, visit);
    return;
  }
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (!rows.is_dead(r))
      visit(r);
  }
}

template <typename Visit>
void scan_quantised(const RowStore& rows, const QuerySketch& query, const AllowedRows& allowed, const Visit& visit) {
  PqScan scan(rows, query);
  for_each_allowed(rows, allowed, [&](std::size_t r) { scan.take(static_cast<std::uint32_t>(r), visit); });
  scan.finish(visit);
}

bool is_selective(const RowStore& rows, const AllowedRows& allowed) {
  return allowed.bits != nullptr &&
         static_cast<double>(allowed.count) < kScanAdvantage * static_cast<double>(rows.num_rows());
}

void collect(const RowStore& rows, const QuerySketch& query, const AllowedRows& allowed, Candidates& candidates) {
  if (rows.storage == Storage::kPq)
    scan_quantised(rows, query, allowed, [&](std::uint32_t r, float upper, float lower) {
      if (upper >= candidates.threshold())
        candidates.offer(r, upper, lower);
    });
  else if (is_selective(rows, allowed))
    gather(rows, query, *allowed.bits, candidates);
  else
    scan(rows, query, [&](std::size_t r, float upper) {
      if (upper >= candidates.threshold() && allowed.accept(rows, r))
        candidates.offer(static_cast<std::uint32_t>(r), upper, query.lower(upper, rows.row_info(r)));
    });
}

constexpr double kNoMinimum = -std::numeric_limits<double>::infinity();
constexpr std::size_t kMaxBatch = kQueryGroup * kMaxQueryGroups;

// Up to 64 queries, packed for the batch kernel; lanes beyond the last query never hit.
class PackedQueries {
 public:
  PackedQueries(std::span<const QuerySketch> queries, std::size_t stride)
      : queries_(queries),
        num_groups_((queries.size() + kQueryGroup - 1) / kQueryGroup),
        packed_(num_groups_ * kQueryGroup * stride),
        factors_(num_groups_ * kQueryGroup),
        thresholds_(num_groups_ * kQueryGroup, std::numeric_limits<float>::infinity()) {
    for (std::size_t q = 0; q < queries.size(); ++q) {
      factors_[q] = queries[q].factors;
      std::int8_t* group = packed_.data() + q / kQueryGroup * kQueryGroup * stride;
      for (std::size_t i = 0; i < stride; ++i)
        group[(i / 4 * kQueryGroup + q % kQueryGroup) * 4 + i % 4] = queries[q].codes[i];
    }
  }

  void scan(const RowStore& rows, const AllowedRows& allowed, std::size_t first, std::size_t last,
            std::span<Candidates> candidates) {
    // Few rows per call: the thresholds of one block spare the hits of the next.
    constexpr std::size_t kRows = 128;
    std::vector<SketchHit> hits(kRows * num_groups_ * kQueryGroup);
    while (first < last) {
      const std::size_t here =
          std::min({kRows, last - first, rows.sketch.rows_together(first), rows.info.rows_together(first)});
      for (std::size_t q = 0; q < queries_.size(); ++q)
        thresholds_[q] = candidates[q].threshold();
      const std::size_t num_hits =
          rows.kernels->batch_hits(packed_.data(), num_groups_, factors_.data(), thresholds_.data(), rows.codes(first),
                                   &rows.row_info(first), here, rows.sketch_stride, hits.data());
      for (std::size_t h = 0; h < num_hits; ++h)
        offer(rows, allowed, first, hits[h], candidates);
      first += here;
    }
  }

 private:
  void offer(const RowStore& rows, const AllowedRows& allowed, std::size_t first, const SketchHit& hit,
             std::span<Candidates> candidates) const {
    const std::size_t r = first + hit.row;
    if (hit.upper >= candidates[hit.query].threshold() && allowed.accept(rows, r)) {
      candidates[hit.query].offer(static_cast<std::uint32_t>(r), hit.upper,
                                  queries_[hit.query].lower(hit.upper, rows.row_info(r)));
    }
  }

  std::span<const QuerySketch> queries_;
  std::size_t num_groups_;
  std::vector<std::int8_t> packed_;
  std::vector<SketchQuery> factors_;
  std::vector<float> thresholds_;
};

// Starting a thread costs some tens of microseconds: not worth it for less work than this many products.
std::size_t useful_threads(const RowStore& rows, std::size_t num_queries, std::size_t num_threads) {
  constexpr double kProductsPerThread = 4e6;
  const double products = static_cast<double>(rows.num_rows()) * static_cast<double>(rows.dim * num_queries);
  return std::clamp<std::size_t>(static_cast<std::size_t>(products / kProductsPerThread), 1, num_threads);
}

}  // namespace

std::vector<ScoredRow> search_exact(const RowStore& rows, const QuerySketch& query, std::size_t k,
                                    const AllowedRows& allowed) {
  Candidates candidates(std::min(k, allowed.count));
  if (allowed.count == 0 || k == 0)
    return {};
  collect(rows, query, allowed, candidates);
  return candidates.finish(rows, query, kNoMinimum);
}

std::vector<ScoredRow> search_range(const RowStore& rows, const QuerySketch& query, double min_score,
                                    const AllowedRows& allowed) {
  // The nearest float below: bounds are floats.
  const float limit = std::nextafter(static_cast<float>(min_score), -std::numeric_limits<float>::infinity());
  Candidates candidates(Candidates::kAll, limit);
  collect(rows, query, allowed, candidates);
  return candidates.finish(rows, query, min_score);
}

void visit_bounds(const RowStore& rows, const QuerySketch& query, const AllowedRows& allowed,
                  const std::function<void(std::uint32_t, float, float)>& visit) {
  if (rows.storage == Storage::kPq) {
    scan_quantised(rows, query, allowed, visit);
    return;
  }
  scan(rows, query, [&](std::size_t r, float upper) {
    if (allowed.accept(rows, r))
      visit(static_cast<std::uint32_t>(r), upper, query.lower(upper, rows.row_info(r)));
  });
}

std::vector<std::vector<ScoredRow>> search_exact_batch(const RowStore& rows, std::span<const QuerySketch> queries,
                                                       std::size_t k, const AllowedRows& allowed,
                                                       std::size_t num_threads) {
  std::vector<std::vector<ScoredRow>> results(queries.size());
  const std::size_t found = std::min(k, allowed.count);
  if (found == 0)
    return results;
  num_threads = useful_threads(rows, queries.size(), num_threads);
  constexpr std::size_t kFewQueries = 4;
  if (!rows.has_sketch || rows.kernels->batch_hits == nullptr || is_selective(rows, allowed) ||
      queries.size() < kFewQueries) {
    parallel_for(queries.size(), num_threads,
                 [&](std::size_t q) { results[q] = search_exact(rows, queries[q], k, allowed); });
    return results;
  }
  // Rows are split too when there are fewer blocks of queries than threads.
  const std::size_t num_blocks = (queries.size() + kMaxBatch - 1) / kMaxBatch;
  const std::size_t num_parts = (num_threads + num_blocks - 1) / num_blocks;
  const std::size_t part_rows = (rows.num_rows() + num_parts - 1) / num_parts;
  std::vector<Candidates> candidates(queries.size() * num_parts, Candidates(found));
  parallel_for(num_blocks * num_parts, num_threads, [&](std::size_t task) {
    const std::size_t first_query = task / num_parts * kMaxBatch;
    const std::size_t first_row = task % num_parts * part_rows;
    const auto block = queries.subspan(first_query, std::min(kMaxBatch, queries.size() - first_query));
    std::vector<Candidates> own(block.size(), Candidates(found));
    PackedQueries(block, rows.sketch_stride)
        .scan(rows, allowed, first_row, std::min(first_row + part_rows, rows.num_rows()), own);
    for (std::size_t q = 0; q < block.size(); ++q)
      candidates[(first_query + q) * num_parts + task % num_parts] = std::move(own[q]);
  });
  parallel_for(queries.size(), num_threads, [&](std::size_t q) {
    Candidates& all = candidates[q * num_parts];
    for (std::size_t part = 1; part < num_parts; ++part)
      all.merge(candidates[q * num_parts + part]);
    results[q] = all.finish(rows, queries[q], kNoMinimum);
  });
  return results;
}

}  // namespace mess::internal
