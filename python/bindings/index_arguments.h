// SPDX-License-Identifier: MIT
// What searches take from Python.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mess/index.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {

using IdArray = py::array_t<std::int64_t, py::array::c_style>;
using ScoresAndIds = py::typing::Tuple<FloatArray, IdArray>;

/// filter: None, a 1-D array of ids, a range, a boolean array with one entry per id from 0 on, or a function of an id.
class FilterArgument {
 public:
  /// @param all_ids  called without the interpreter, for a function alone
  FilterArgument(const py::object& filter, const std::function<std::vector<std::int64_t>()>& all_ids);
  FilterArgument(const py::object& filter, const VectorIndex& index)
      : FilterArgument(filter, [&index] { return index.ids(); }) {}
  const IdFilter* get() const { return filter_ ? &*filter_ : nullptr; }

 private:
  IdArray ids_;
  std::vector<std::int64_t> accepted_;
  std::vector<std::uint8_t> bits_;
  std::optional<IdFilter> filter_;
};

/// groups: how many ids each has, or a pair of arrays, ids and their groups.
class GroupArgument {
 public:
  explicit GroupArgument(const py::object& groups);
  IdGroups get() const {
    return ids_per_group_ ? IdGroups::divide(*ids_per_group_) : IdGroups::map(as_span(ids_), as_span(groups_));
  }

 private:
  std::optional<std::int64_t> ids_per_group_;
  IdArray ids_;
  IdArray groups_;
};

void check_width(const FloatArray& array, const VectorIndex& index, const char* subject);
ScoresAndIds to_tuple(SearchResult&& result);

}  // namespace mess::python
