// SPDX-License-Identifier: MIT
#include "mess/device_search.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <vector>

#include "src/neural/guarded.h"
#include "src/neural/layers/placement.h"

namespace mess {
namespace {

constexpr std::size_t kMaxResults = std::size_t{1} << 28;
constexpr float kLargest = 1e15f;
// A block of scores is at most 256 x 131,072 floats, 128 MiB.
constexpr std::int64_t kQueriesAtOnce = 256;
constexpr std::int64_t kRowsAtOnce = 131072;
constexpr std::size_t kRowsPerCopy = 65536;
constexpr float kNever = -std::numeric_limits<float>::infinity();

struct Found {
  float score;
  std::int64_t id;

  bool operator<(const Found& other) const { return score > other.score || (score == other.score && id < other.id); }
};

// Queries are the caller's memory, which from_blob only looks at.
at::Tensor view_of(std::span<const float> values, std::int64_t rows, std::int64_t columns) {
  return at::from_blob(const_cast<float*>(values.data()), {rows, columns}, at::kFloat);
}

}  // namespace

struct DeviceSearch::Impl {
  at::Device device{at::kCPU};
  std::string device_name;
  std::string encoder_id;
  bool is_l2 = false;
  std::vector<std::int64_t> ids;  // ascending: a smaller row number is a smaller id
  at::Tensor rows;                // n x dim
  at::Tensor squared_lengths;     // n, for l2

  void check(std::span<const float> queries, std::size_t num_queries, const SearchOptions& options) const;
  at::Tensor allowed_rows(const IdFilter* filter, std::size_t& count) const;
  at::Tensor scores(const at::Tensor& queries, std::int64_t first, std::int64_t last) const;
  std::pair<at::Tensor, at::Tensor> best(const at::Tensor& queries, const at::Tensor& allowed, std::int64_t k) const;
};

void DeviceSearch::Impl::check(std::span<const float> queries, std::size_t num_queries,
                               const SearchOptions& options) const {
  const auto dim = static_cast<std::size_t>(rows.size(1));
  if (queries.size() != num_queries * dim) {
    throw InvalidArgument("[index] queries: expected " + std::to_string(num_queries) + " x " + std::to_string(dim) +
                          " values, found " + std::to_string(queries.size()));
  }
  if (options.k == 0 || options.k > kMaxResults / std::max<std::size_t>(1, num_queries)) {
    throw InvalidArgument("[index] k: expected at least 1 and at most " + std::to_string(kMaxResults) +
                          " results in all, found " + std::to_string(options.k) + " for " +
                          std::to_string(num_queries) + " queries");
  }
  if (options.correct_hubness)
    throw InvalidArgument("[index] correct_hubness: expected false on a device, found true");
  if (!options.encoder_id.empty() && !encoder_id.empty() && options.encoder_id != encoder_id)
    throw InvalidArgument("[index] queries: expected vectors of " + encoder_id + ", found " + options.encoder_id);
  const auto bad = std::ranges::find_if(queries, [](float value) { return !(std::abs(value) <= kLargest); });
  if (bad != queries.end()) {
    throw InvalidArgument("[index] queries: expected values of at most 1e15 in size, found " + std::to_string(*bad) +
                          " at position " + std::to_string(bad - queries.begin()));
  }
}

// Undefined where every row is allowed.
at::Tensor DeviceSearch::Impl::allowed_rows(const IdFilter* filter, std::size_t& count) const {
  count = ids.size();
  if (filter == nullptr)
    return {};
  const std::unordered_set<std::int64_t> members(filter->ids().begin(), filter->ids().end());
  const at::Tensor mask = at::empty({static_cast<std::int64_t>(ids.size())}, at::kBool);
  bool* values = mask.data_ptr<bool>();
  for (std::size_t r = 0; r < ids.size(); ++r) {
    values[r] = filter->kind() == IdFilter::Kind::kSet ? members.contains(ids[r]) : filter->accepts(ids[r]);
    count -= values[r] ? 0 : 1;
  }
  return mask.to(device);
}

// queries x (rows first to last - 1)
at::Tensor DeviceSearch::Impl::scores(const at::Tensor& queries, std::int64_t first, std::int64_t last) const {
  at::Tensor products = at::mm(queries, rows.slice(0, first, last).t());
  if (!is_l2)
    return products;
  return products.mul_(2.0)
      .sub_(queries.square().sum(1, true))
      .sub_(squared_lengths.slice(0, first, last).unsqueeze(0));
}

// The k best scores of each query and their rows, block by block.
std::pair<at::Tensor, at::Tensor> DeviceSearch::Impl::best(const at::Tensor& queries, const at::Tensor& allowed,
                                                           std::int64_t k) const {
  at::Tensor best_scores = at::empty({queries.size(0), 0}, queries.options());
  at::Tensor best_rows = at::empty({queries.size(0), 0}, queries.options().dtype(at::kLong));
  for (std::int64_t first = 0; first < rows.size(0); first += kRowsAtOnce) {
    const std::int64_t last = std::min(first + kRowsAtOnce, rows.size(0));
    at::Tensor block = scores(queries, first, last);
    if (allowed.defined())
      block.masked_fill_(allowed.slice(0, first, last).logical_not().unsqueeze(0), kNever);
    const auto [values, places] = at::topk(block, std::min(k, last - first), 1);
    const at::Tensor all_scores = at::cat({best_scores, values}, 1);
    const at::Tensor all_rows = at::cat({best_rows, places + first}, 1);
    const auto [kept, positions] = at::topk(all_scores, std::min(k, all_scores.size(1)), 1);
    best_scores = kept;
    best_rows = all_rows.gather(1, positions);
  }
  return {best_scores, best_rows};
}

DeviceSearch::DeviceSearch(const VectorIndex& index, const DeviceSearchOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->device = internal::choose_placement(options.device, "float32").device;
  impl_->device_name = impl_->device.str();
  impl_->encoder_id = index.encoder_id();
  impl_->is_l2 = index.metric() == "l2";
  impl_->ids = index.ids();
  std::ranges::sort(impl_->ids);
  const auto dim = static_cast<std::int64_t>(index.dim());
  internal::guarded("search", [&] {
    const at::InferenceMode inference;
    impl_->rows = at::empty({static_cast<std::int64_t>(impl_->ids.size()), dim},
                            at::TensorOptions(impl_->device).dtype(at::kFloat));
    for (std::size_t first = 0; first < impl_->ids.size(); first += kRowsPerCopy) {
      const auto block = std::span(impl_->ids).subspan(first, std::min(kRowsPerCopy, impl_->ids.size() - first));
      const auto values = index.vectors(block);
      const auto begin = static_cast<std::int64_t>(first);
      const auto size = static_cast<std::int64_t>(block.size());
      impl_->rows.slice(0, begin, begin + size).copy_(view_of(values, size, dim));
    }
    if (impl_->is_l2)
      impl_->squared_lengths = impl_->rows.square().sum(1);
  });
}

DeviceSearch::~DeviceSearch() = default;
DeviceSearch::DeviceSearch(DeviceSearch&&) noexcept = default;
DeviceSearch& DeviceSearch::operator=(DeviceSearch&&) noexcept = default;

std::size_t DeviceSearch::dim() const { return static_cast<std::size_t>(impl_->rows.size(1)); }
std::size_t DeviceSearch::size() const { return impl_->ids.size(); }
const std::string& DeviceSearch::device() const { return impl_->device_name; }
std::span<const std::int64_t> DeviceSearch::ids() const { return impl_->ids; }
const std::string& DeviceSearch::encoder_id() const { return impl_->encoder_id; }

SearchResult DeviceSearch::search(std::span<const float> queries, std::size_t num_queries,
                                  const SearchOptions& options) const {
  impl_->check(queries, num_queries, options);
  SearchResult result{.num_queries = num_queries, .k = options.k, .scores = {}, .ids = {}};
  result.scores.assign(num_queries * options.k, kNever);
  result.ids.assign(num_queries * options.k, -1);
  internal::guarded("search", [&] {
    const at::InferenceMode inference;
    std::size_t num_matches = 0;
    const at::Tensor allowed = impl_->allowed_rows(options.filter, num_matches);
    const std::size_t count = std::min(options.k, num_matches);
    const at::Tensor all = view_of(queries, static_cast<std::int64_t>(num_queries), impl_->rows.size(1));
    for (std::int64_t first = 0; count > 0 && first < all.size(0); first += kQueriesAtOnce) {
      const at::Tensor block = all.slice(0, first, std::min(first + kQueriesAtOnce, all.size(0))).to(impl_->device);
      const auto [scores, rows] = impl_->best(block, allowed, static_cast<std::int64_t>(count));
      const at::Tensor host_scores = scores.to(at::kCPU).contiguous();
      const at::Tensor host_rows = rows.to(at::kCPU).contiguous();
      for (std::int64_t q = 0; q < block.size(0); ++q) {
        std::vector<Found> found(count);
        for (std::size_t i = 0; i < count; ++i) {
          const std::size_t place = static_cast<std::size_t>(q) * count + i;
          found[i] = {host_scores.data_ptr<float>()[place],
                      impl_->ids[static_cast<std::size_t>(host_rows.data_ptr<std::int64_t>()[place])]};
        }
        std::sort(found.begin(), found.end());
        const std::size_t row = static_cast<std::size_t>(first + q) * options.k;
        for (std::size_t i = 0; i < count; ++i) {
          result.scores[row + i] = found[i].score;
          result.ids[row + i] = found[i].id;
        }
      }
    }
  });
  return result;
}

}  // namespace mess
