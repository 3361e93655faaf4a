// SPDX-License-Identifier: MIT
// Lists and codebooks are learned from data: until then an index of that kind is flat.
#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <numeric>
#include <shared_mutex>

#include "mess/error.h"
#include "src/index/index_impl.h"
#include "src/index/pq_train.h"

namespace mess {
namespace {

using internal::kPqEntries;

constexpr std::size_t kRowsPerCentroid = 64;
constexpr std::size_t kDefaultTrainRows = 65536;
constexpr std::size_t kMostComingRows = std::size_t{1} << 18;
constexpr std::size_t kRowsAtOnce = 65536;
constexpr std::size_t kValuesPerPart = 8;

// The power of two nearest to 4 sqrt(n), as the guidelines of FAISS have it.
std::size_t default_num_lists(std::size_t num_rows) {
  const double wanted = 4.0 * std::sqrt(static_cast<double>(num_rows));
  const auto exponent = static_cast<unsigned>(std::lround(std::log2(std::max(1.0, wanted))));
  return std::clamp<std::size_t>(std::size_t{1} << exponent, 1, 65536);
}

}  // namespace

std::size_t VectorIndex::Impl::least_training_rows() const { return std::max(spec.num_lists, kPqEntries); }

void VectorIndex::Impl::train_on_enough(std::span<const float> coming) {
  if (spec.structure != internal::Structure::kLists || lists)
    return;
  const std::size_t wanted =
      spec.num_lists == 0 ? kDefaultTrainRows : kRowsPerCentroid * std::max(spec.num_lists, kPqEntries);
  const std::size_t count = rows->num_rows() + coming.size() / dim();
  if (count < wanted)
    return;
  // Beside those that are in, evenly spread ones of those to come: no copy of all of them.
  std::vector<float> sample = stored_values();
  const std::size_t step = coming.size() / dim() / kMostComingRows + 1;
  for (std::size_t first = 0; first < coming.size(); first += step * dim()) {
    const auto vector = coming.subspan(first, dim());
    sample.insert(sample.end(), vector.begin(), vector.end());
  }
  train(sample, count);
}

std::vector<float> VectorIndex::Impl::stored_values() const {
  std::vector<float> values(rows->num_rows() * dim());
  for (std::size_t r = 0; r < rows->num_rows(); ++r)
    rows->read(r, std::span(values).subspan(r * dim(), dim()));
  return values;
}

void VectorIndex::Impl::train(std::span<const float> sample, std::size_t expected_rows) {
  const std::size_t num_lists = spec.num_lists > 0 ? spec.num_lists : default_num_lists(expected_rows);
  const std::size_t num_parts = spec.num_parts > 0 ? spec.num_parts : (dim() + kValuesPerPart - 1) / kValuesPerPart;
  auto quantised = std::make_unique<internal::RowStore>(
      internal::train_pq_codec(sample, dim(), num_lists, num_parts, num_threads()), metric);
  auto fresh = std::make_unique<internal::InvertedLists>(num_lists);
  std::vector<std::int64_t> ids(rows->num_rows());
  for (std::size_t r = 0; r < ids.size(); ++r)
    ids[r] = rows->id(r);
  append_encoded(*quantised, ids, stored_values());
  fresh->add_new_rows(*quantised);
  rows = std::move(quantised);
  lists = std::move(fresh);
  if (hubness)
    hubness->forget();
  catch_up();
}

void VectorIndex::Impl::append_encoded(internal::RowStore& target, std::span<const std::int64_t> ids,
                                       std::span<const float> vectors) const {
  const std::size_t stride = target.codec->stride();
  target.table.reserve(target.table.size() + ids.size());
  for (std::size_t first = 0; first < ids.size(); first += kRowsAtOnce) {
    const std::size_t here = std::min(kRowsAtOnce, ids.size() - first);
    const auto encoded = target.codec->encode_all(vectors.subspan(first * dim(), here * dim()), num_threads());
    // Rows of one list side by side: a search then reads them in runs.
    std::vector<std::size_t> order(here);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return target.codec->list_of(&encoded[i * stride]); });
    for (const std::size_t i : order)
      target.append_encoded(ids[first + i], std::span(encoded).subspan(i * stride, stride));
  }
}

void VectorIndex::train(std::span<const float> vectors) {
  const std::unique_lock lock(impl_->mutex);
  const std::string subject = "[index] train: expected ";
  if (impl_->spec.structure != internal::Structure::kLists)
    throw InvalidArgument(subject + "an index of a kind that learns from data, ivf,pq, found " + impl_->options.spec);
  if (impl_->lists)
    throw InvalidArgument(subject + "an index that is not trained yet, found one that is");
  if (vectors.size() % dim() != 0 || vectors.size() / dim() < impl_->least_training_rows()) {
    throw InvalidArgument(subject + "at least " + internal::count_text(impl_->least_training_rows(), dim()) +
                          " values in whole vectors, found " + std::to_string(vectors.size()));
  }
  internal::check_values(vectors, "vectors", internal::largest_value(impl_->rows->storage));
  impl_->train(vectors, vectors.size() / dim());
}

void VectorIndex::train() {
  std::vector<float> values;
  {
    const std::shared_lock lock(impl_->mutex);
    if (!impl_->lists)
      values = impl_->stored_values();
  }
  train(values);
}

bool VectorIndex::is_trained() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->spec.structure != internal::Structure::kLists || impl_->lists != nullptr;
}

}  // namespace mess
