// SPDX-License-Identifier: MIT
#include <faiss/IndexFlat.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "mess/error.h"
#include "mess/index.h"
#include "src/index/index_file.h"
#include "src/support/fair_shared_mutex.h"
#include "src/support/file_bytes.h"

namespace mess {
namespace {

constexpr std::size_t kMaxDim = 65536;
constexpr std::size_t kMaxResults = std::size_t{1} << 28;
// The inner product of two vectors of kMaxDim such values still fits a float.
constexpr float kLargestValue = 1e15f;

void check_values(std::span<const float> values, const char* subject) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float v) { return !(std::abs(v) <= kLargestValue); });
  if (bad != values.end()) {
    throw InvalidArgument(std::string("[index] ") + subject + ": expected values of at most 1e15 in size, found " +
                          std::to_string(*bad) + " at position " + std::to_string(bad - values.begin()));
  }
}

std::string count_text(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

}  // namespace

// FAISS numbers rows 0 to size - 1; `row_ids` and `row_of` translate to the caller's ids. Its own id maps refuse selectors
// and removal in 1.7.3.
struct VectorIndex::Impl {
  faiss::IndexFlatIP rows;
  std::vector<std::int64_t> row_ids;
  std::unordered_map<std::int64_t, std::size_t> row_of;
  std::string spec;
  std::string encoder_id;
  mutable internal::FairSharedMutex mutex;  // guards rows, row_ids and row_of

  Impl(std::size_t dim, const IndexOptions& options)
      : rows(static_cast<std::int64_t>(dim)), spec(options.spec), encoder_id(options.encoder_id) {}

  std::size_t dim() const { return static_cast<std::size_t>(rows.d); }
  std::span<const float> row(std::size_t r) const { return {rows.get_xb() + r * dim(), dim()}; }

  void check_new_ids(std::span<const std::int64_t> ids) const {
    std::unordered_map<std::int64_t, std::size_t> seen;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string subject = "[index] id " + std::to_string(ids[i]) + ": ";
      if (ids[i] < 0)
        throw InvalidArgument(subject + "expected 0 or more, found a negative number");
      if (row_of.contains(ids[i]))
        throw InvalidArgument(subject + "expected a new id, found one that is present");
      if (!seen.emplace(ids[i], i).second)
        throw InvalidArgument(subject + "expected each id once, found it twice");
    }
  }

  void append(std::span<const std::int64_t> ids, std::span<const float> vectors) {
    row_ids.reserve(row_ids.size() + ids.size());
    row_of.reserve(row_of.size() + ids.size());
    rows.add(static_cast<std::int64_t>(ids.size()), vectors.data());
    for (const std::int64_t id : ids) {
      row_of.emplace(id, row_ids.size());
      row_ids.push_back(id);
    }
  }

  // The last row moves into the gap: O(1), and no id changes.
  void remove_row(std::size_t gap) {
    const std::size_t last = row_ids.size() - 1;
    row_of.erase(row_ids[gap]);
    if (gap != last) {
      std::memcpy(rows.get_xb() + gap * dim(), rows.get_xb() + last * dim(), dim() * sizeof(float));
      row_ids[gap] = row_ids[last];
      row_of[row_ids[gap]] = gap;
    }
    row_ids.pop_back();
    rows.codes.resize(last * rows.code_size);
    rows.ntotal = static_cast<std::int64_t>(last);
  }

  // One bit per row, as faiss::IDSelectorBitmap reads it. @returns the number of rows set
  std::size_t make_bitmap(std::span<const std::int64_t> filter, std::vector<std::uint8_t>& bitmap) const {
    bitmap.assign((row_ids.size() + 7) / 8, 0);
    std::size_t num_set = 0;
    for (const std::int64_t id : filter) {
      const auto found = row_of.find(id);
      if (found == row_of.end())
        continue;
      std::uint8_t& byte = bitmap[found->second / 8];
      const auto bit = static_cast<std::uint8_t>(1u << (found->second % 8));
      num_set += (byte & bit) == 0;
      byte |= bit;
    }
    return num_set;
  }
};

VectorIndex::VectorIndex(std::size_t dim, const IndexOptions& options) {
  if (dim == 0 || dim > kMaxDim) {
    throw InvalidArgument("[index] dim: expected 1 to 65536, found " + std::to_string(dim));
  }
  if (options.spec != "auto" && options.spec != "flat") {
    throw InvalidArgument("[index] spec: expected auto or flat, found \"" + options.spec + "\"");
  }
  impl_ = std::make_unique<Impl>(dim, options);
}
VectorIndex::VectorIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VectorIndex::~VectorIndex() = default;
VectorIndex::VectorIndex(VectorIndex&&) noexcept = default;
VectorIndex& VectorIndex::operator=(VectorIndex&&) noexcept = default;

std::size_t VectorIndex::dim() const { return impl_->dim(); }
std::size_t VectorIndex::size() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->row_ids.size();
}
const std::string& VectorIndex::spec() const { return impl_->spec; }
const std::string& VectorIndex::encoder_id() const { return impl_->encoder_id; }

bool VectorIndex::contains(std::int64_t id) const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->row_of.contains(id);
}

std::vector<std::int64_t> VectorIndex::ids() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->row_ids;
}

std::vector<float> VectorIndex::vector(std::int64_t id) const {
  const std::shared_lock lock(impl_->mutex);
  const auto found = impl_->row_of.find(id);
  if (found == impl_->row_of.end()) {
    throw IndexError("[index] id " + std::to_string(id) + ": expected an id that is present, found none");
  }
  const auto row = impl_->row(found->second);
  return {row.begin(), row.end()};
}

void VectorIndex::add(std::span<const std::int64_t> ids, std::span<const float> vectors) {
  if (vectors.size() != ids.size() * dim()) {
    throw InvalidArgument("[index] vectors: expected " + count_text(ids.size(), dim()) + " values, found " +
                          std::to_string(vectors.size()));
  }
  check_values(vectors, "vectors");
  const std::unique_lock lock(impl_->mutex);
  impl_->check_new_ids(ids);
  impl_->append(ids, vectors);
}

std::size_t VectorIndex::remove(std::span<const std::int64_t> ids) {
  const std::unique_lock lock(impl_->mutex);
  std::size_t num_removed = 0;
  for (const std::int64_t id : ids) {
    const auto found = impl_->row_of.find(id);
    if (found == impl_->row_of.end())
      continue;
    impl_->remove_row(found->second);
    ++num_removed;
  }
  return num_removed;
}

SearchResult VectorIndex::search(std::span<const float> queries, std::size_t num_queries, std::size_t k,
                                 std::optional<std::span<const std::int64_t>> filter,
                                 const std::string& encoder_id) const {
  if (queries.size() != num_queries * dim()) {
    throw InvalidArgument("[index] queries: expected " + count_text(num_queries, dim()) + " values, found " +
                          std::to_string(queries.size()));
  }
  if (k == 0 || k > kMaxResults / std::max<std::size_t>(1, num_queries)) {
    throw InvalidArgument("[index] k: expected at least 1 and at most " + std::to_string(kMaxResults) +
                          " results in all, found " + std::to_string(k) + " for " + std::to_string(num_queries) +
                          " queries");
  }
  if (!encoder_id.empty() && !impl_->encoder_id.empty() && encoder_id != impl_->encoder_id) {
    throw InvalidArgument("[index] queries: expected vectors of " + impl_->encoder_id + ", found " + encoder_id);
  }
  check_values(queries, "queries");

  const std::shared_lock lock(impl_->mutex);
  std::vector<std::uint8_t> bitmap;
  const std::size_t num_candidates = filter ? impl_->make_bitmap(*filter, bitmap) : impl_->row_ids.size();
  const std::size_t found_k = std::min(k, num_candidates);
  SearchResult result{.num_queries = num_queries, .k = k, .scores = {}, .ids = {}};
  result.scores.assign(num_queries * k, -std::numeric_limits<float>::infinity());
  result.ids.assign(num_queries * k, -1);
  if (num_queries == 0 || found_k == 0)
    return result;

  faiss::IDSelectorBitmap selector(bitmap.size(), bitmap.data());
  faiss::SearchParameters parameters;
  parameters.sel = &selector;
  std::vector<float> scores(num_queries * found_k);
  std::vector<faiss::Index::idx_t> rows(num_queries * found_k);
  try {
    impl_->rows.search(static_cast<std::int64_t>(num_queries), queries.data(), static_cast<std::int64_t>(found_k),
                       scores.data(), rows.data(), filter ? &parameters : nullptr);
  } catch (const faiss::FaissException& error) {
    throw IndexError(std::string("[index] search: ") + error.what());
  }
  for (std::size_t q = 0; q < num_queries; ++q) {
    for (std::size_t i = 0; i < found_k; ++i) {
      const auto row = rows[q * found_k + i];
      if (row < 0)
        continue;
      result.scores[q * k + i] = scores[q * found_k + i];
      result.ids[q * k + i] = impl_->row_ids[static_cast<std::size_t>(row)];
    }
  }
  return result;
}

void VectorIndex::save(const std::filesystem::path& path) const {
  const std::shared_lock lock(impl_->mutex);
  try {
    internal::write_index_file(path, {.spec = impl_->spec,
                                      .encoder_id = impl_->encoder_id,
                                      .dim = dim(),
                                      .ids = impl_->row_ids,
                                      .vectors = {impl_->rows.get_xb(), impl_->row_ids.size() * dim()}});
  } catch (const Error& error) {
    throw IndexError(error.what());
  }
}

VectorIndex VectorIndex::load(std::span<const std::byte> bytes, const std::string& name) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::int64_t) != 0) {
    const std::vector<std::byte> aligned(bytes.begin(), bytes.end());
    return load(aligned, name);
  }
  const internal::IndexContent content = internal::read_index_file(bytes, name);
  try {
    VectorIndex index(content.dim, {.spec = content.spec, .encoder_id = content.encoder_id});
    index.add(content.ids, content.vectors);
    return index;
  } catch (const InvalidArgument& error) {
    throw FormatError("[file] " + name + ": expected a valid index, found: " + error.what());
  }
}

VectorIndex VectorIndex::load(const std::filesystem::path& path) {
  try {
    return load(internal::read_file_bytes(path), path.string());
  } catch (const FormatError&) {
    throw;
  } catch (const Error& error) {
    throw FormatError(error.what());
  }
}

}  // namespace mess
