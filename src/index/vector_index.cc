// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <mutex>
#include <shared_mutex>

#include "mess/error.h"
#include "src/index/index_impl.h"
#include "src/support/parallel.h"

namespace mess {
namespace {

constexpr std::size_t kMaxDim = 65536;
constexpr std::size_t kMaxRows = (std::size_t{1} << 31) - 2;
// Bytes of sketches that one query scans in about a millisecond: from here on "auto" builds a graph.
constexpr std::size_t kAutoGraphBytes = std::size_t{24} << 20;

}  // namespace

namespace internal {

void check_values(std::span<const float> values, const char* subject, float largest) {
  const auto bad = std::find_if(values.begin(), values.end(), [largest](float v) { return !(std::abs(v) <= largest); });
  if (bad != values.end()) {
    throw InvalidArgument(std::string("[index] ") + subject + ": expected values of at most " +
                          (largest < 1e6f ? "65504" : "1e15") + " in size, found " + std::to_string(*bad) +
                          " at position " + std::to_string(bad - values.begin()));
  }
}

std::string count_text(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

}  // namespace internal

using internal::Structure;

VectorIndex::Impl::Impl(std::size_t dim, const IndexOptions& options_)
    : options(options_),
      spec(internal::parse_index_spec(options_.spec)),
      metric(internal::parse_metric(options_.metric)),
      num_dims(dim) {
  if (dim == 0 || dim > kMaxDim)
    throw InvalidArgument("[index] dim: expected 1 to 65536, found " + std::to_string(dim));
  if (options.ef_construction == 0 || options.ef_construction > 10000) {
    throw InvalidArgument("[index] ef_construction: expected 1 to 10000, found " +
                          std::to_string(options.ef_construction));
  }
  const std::pair<const char*, const std::string&> texts[] = {{"encoder_id", options.encoder_id},
                                                              {"label", options.label}};
  for (const auto& [name, text] : texts) {
    if (text.size() > internal::kMaxTextSize)
      throw InvalidArgument(std::string("[index] ") + name + ": expected at most 4096 bytes, found " +
                            std::to_string(text.size()));
  }
  if (spec.num_parts > dim) {
    throw InvalidArgument("[index] spec: expected at most as many parts as values, " + std::to_string(dim) +
                          ", found \"" + options.spec + "\"");
  }
  rows = std::make_unique<internal::RowStore>(dim, spec.storage, metric, true);
  if (spec.structure == Structure::kGraph)
    graph = std::make_unique<internal::Graph>(spec.num_links, options.ef_construction);
}

std::size_t VectorIndex::Impl::num_threads() const {
  return options.num_threads > 0 ? options.num_threads : internal::num_processors();
}

Structure VectorIndex::Impl::structure() const {
  if (lists)
    return Structure::kLists;
  return graph ? Structure::kGraph : Structure::kFlat;
}

void VectorIndex::Impl::check_new(std::span<const std::int64_t> ids, std::span<const float> vectors,
                                  bool may_be_present) const {
  std::vector<std::int64_t> sorted(ids.begin(), ids.end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  const auto refuse = [](std::int64_t id, const char* reason) {
    throw InvalidArgument("[index] id " + std::to_string(id) + ": " + reason);
  };
  if (twice != sorted.end())
    refuse(*twice, "expected each id once, found it twice");
  if (!sorted.empty() && sorted.front() < 0)
    refuse(sorted.front(), "expected 0 or more, found a negative number");
  if (!may_be_present) {
    const auto present =
        std::find_if(ids.begin(), ids.end(), [this](auto id) { return rows->table.find(id).has_value(); });
    if (present != ids.end())
      refuse(*present, "expected a new id, found one that is present");
  }
  if (ids.size() > kMaxRows - rows->num_rows())
    throw InvalidArgument("[index] ids: expected at most 2^31 - 2 vectors in all, found more");
  internal::check_values(vectors, "vectors", internal::largest_value(rows->storage));
}

void VectorIndex::Impl::append(std::span<const std::int64_t> ids, std::span<const float> vectors) {
  // First, as it may refuse: afterwards the rows would be in.
  if (graph)
    graph->make_writable();
  train_on_enough(vectors);
  if (lists) {
    append_encoded(*rows, ids, vectors);
  } else {
    rows->table.reserve(rows->table.size() + ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
      rows->append(ids[i], vectors.subspan(i * dim(), dim()));
  }
  catch_up();
}

void VectorIndex::Impl::catch_up() {
  if (spec.is_auto && !graph && rows->num_rows() * rows->sketch_stride > kAutoGraphBytes)
    graph = std::make_unique<internal::Graph>(spec.num_links, options.ef_construction);
  if (graph)
    graph->link_new_rows(*rows, num_threads());
  if (lists)
    lists->add_new_rows(*rows);
  if (hubness)
    hubness->learn(*rows, num_threads());
}

std::size_t VectorIndex::Impl::remove(std::span<const std::int64_t> ids) {
  std::size_t num_removed = 0;
  for (const std::int64_t id : ids) {
    const auto row = rows->table.find(id);
    if (!row)
      continue;
    ++num_removed;
    if (rows_are_fixed()) {
      rows->bury(*row);
      continue;
    }
    rows->swap_remove(*row);
    if (hubness)
      hubness->swap_remove(*row);
  }
  return num_removed;
}

void VectorIndex::Impl::compact() {
  if (rows->num_dead == 0)
    return;
  auto live = rows->codec ? std::make_unique<internal::RowStore>(rows->codec, rows->metric)
                          : std::make_unique<internal::RowStore>(dim(), rows->storage, rows->metric, true);
  live->table.reserve(rows->num_live());
  for (std::size_t r = 0; r < rows->num_rows(); ++r) {
    if (!rows->is_dead(r))
      live->copy_row(*rows, r);
  }
  std::unique_ptr<internal::Graph> fresh;
  const bool needs_graph = !spec.is_auto || live->num_rows() * live->sketch_stride > kAutoGraphBytes;
  if (graph && needs_graph) {
    fresh = std::make_unique<internal::Graph>(graph->num_links(), graph->ef_construction());
    fresh->link_new_rows(*live, num_threads());
  }
  std::unique_ptr<internal::InvertedLists> fresh_lists;
  if (lists) {
    fresh_lists = std::make_unique<internal::InvertedLists>(lists->num_lists());
    fresh_lists->add_new_rows(*live);
  }
  if (hubness)
    hubness->keep_live(*rows);
  rows = std::move(live);
  graph = std::move(fresh);
  lists = std::move(fresh_lists);
}

VectorIndex::VectorIndex(std::size_t dim, const IndexOptions& options) : impl_(std::make_unique<Impl>(dim, options)) {}
VectorIndex::VectorIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VectorIndex::~VectorIndex() = default;
VectorIndex::VectorIndex(VectorIndex&&) noexcept = default;
VectorIndex& VectorIndex::operator=(VectorIndex&&) noexcept = default;

std::size_t VectorIndex::dim() const { return impl_->dim(); }
std::size_t VectorIndex::size() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->rows->num_live();
}
const std::string& VectorIndex::spec() const { return impl_->options.spec; }
const std::string& VectorIndex::metric() const { return impl_->options.metric; }
const std::string& VectorIndex::encoder_id() const { return impl_->options.encoder_id; }
const std::string& VectorIndex::label() const { return impl_->options.label; }

bool VectorIndex::contains(std::int64_t id) const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->rows->table.find(id).has_value();
}

std::vector<std::int64_t> VectorIndex::ids() const {
  const std::shared_lock lock(impl_->mutex);
  const internal::RowStore& rows = *impl_->rows;
  std::vector<std::int64_t> result;
  result.reserve(rows.num_live());
  for (std::size_t r = 0; r < rows.num_rows(); ++r) {
    if (!rows.is_dead(r))
      result.push_back(rows.id(r));
  }
  return result;
}

std::vector<float> VectorIndex::vector(std::int64_t id) const { return vectors(std::span(&id, 1)); }

std::vector<float> VectorIndex::vectors(std::span<const std::int64_t> ids) const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<float> result(ids.size() * dim());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto row = impl_->rows->table.find(ids[i]);
    if (!row)
      throw IndexError("[index] id " + std::to_string(ids[i]) + ": expected an id that is present, found none");
    impl_->rows->read(*row, std::span(result).subspan(i * dim(), dim()));
  }
  return result;
}

void VectorIndex::add(std::span<const std::int64_t> ids, std::span<const float> vectors) {
  if (vectors.size() != ids.size() * dim()) {
    throw InvalidArgument("[index] vectors: expected " + internal::count_text(ids.size(), dim()) + " values, found " +
                          std::to_string(vectors.size()));
  }
  const std::unique_lock lock(impl_->mutex);
  impl_->check_new(ids, vectors, false);
  impl_->append(ids, vectors);
}

std::size_t VectorIndex::update(std::span<const std::int64_t> ids, std::span<const float> vectors) {
  if (vectors.size() != ids.size() * dim()) {
    throw InvalidArgument("[index] vectors: expected " + internal::count_text(ids.size(), dim()) + " values, found " +
                          std::to_string(vectors.size()));
  }
  const std::unique_lock lock(impl_->mutex);
  impl_->check_new(ids, vectors, true);
  if (impl_->graph)
    impl_->graph->make_writable();
  const std::size_t num_present = impl_->remove(ids);
  impl_->append(ids, vectors);
  if (impl_->rows->num_dead > impl_->rows->num_live())
    impl_->compact();
  return num_present;
}

std::size_t VectorIndex::remove(std::span<const std::int64_t> ids) {
  const std::unique_lock lock(impl_->mutex);
  const std::size_t num_removed = impl_->remove(ids);
  if (impl_->rows->num_dead > impl_->rows->num_live())
    impl_->compact();
  return num_removed;
}

void VectorIndex::compact() {
  const std::unique_lock lock(impl_->mutex);
  impl_->compact();
}

}  // namespace mess
