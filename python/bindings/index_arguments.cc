// SPDX-License-Identifier: MIT
#include "python/bindings/index_arguments.h"

#include <algorithm>
#include <cstring>

#include "mess/error.h"

namespace mess::python {
namespace {

bool is_bool_array(const py::object& object) {
  return py::isinstance<py::array>(object) && py::reinterpret_borrow<py::array>(object).dtype().kind() == 'b';
}

std::vector<std::uint8_t> pack_bits(const py::object& object) {
  const auto mask = py::cast<py::array_t<bool, py::array::c_style>>(object);
  if (mask.ndim() != 1)
    throw InvalidArgument("[index] filter: expected a boolean array of one dimension, found " +
                          std::to_string(mask.ndim()));
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(mask.size() + 7) / 8);
  const bool* values = mask.data();
  const auto count = static_cast<std::size_t>(mask.size());
  for (std::size_t i = 0; i < count; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, values + i, std::min<std::size_t>(8, count - i));
    // Moves the lowest bit of byte j to bit 56 + j; no two meet on the way.
    bits[i / 8] = static_cast<std::uint8_t>(eight * 0x0102040810204080u >> 56);
  }
  return bits;
}

IdFilter range_filter(const py::object& object) {
  if (py::cast<std::int64_t>(object.attr("step")) != 1)
    throw InvalidArgument("[index] filter: expected a range with step 1, found another step");
  return IdFilter::range(py::cast<std::int64_t>(object.attr("start")), py::cast<std::int64_t>(object.attr("stop")));
}

}  // namespace

FilterArgument::FilterArgument(const py::object& filter, const std::function<std::vector<std::int64_t>()>& all_ids) {
  if (filter.is_none())
    return;
  if (is_bool_array(filter)) {
    bits_ = pack_bits(filter);
    filter_ = IdFilter::bitmap(bits_);
  } else if (PyRange_Check(filter.ptr())) {
    filter_ = range_filter(filter);
  } else if (PyCallable_Check(filter.ptr()) != 0) {
    // Asked here, where the interpreter is held and the index is not locked.
    std::vector<std::int64_t> ids;
    {
      const py::gil_scoped_release release;
      ids = all_ids();
    }
    for (const std::int64_t id : ids) {
      if (py::cast<bool>(py::bool_(filter(id))))
        accepted_.push_back(id);
    }
    filter_ = IdFilter::set(accepted_);
  } else {
    ids_ = require_ids(filter, "[index] filter");
    filter_ = IdFilter::set(as_span(ids_));
  }
}

GroupArgument::GroupArgument(const py::object& groups) {
  if (py::isinstance<py::int_>(groups)) {
    ids_per_group_ = py::cast<std::int64_t>(groups);
    return;
  }
  if (!py::isinstance<py::tuple>(groups) || py::len(groups) != 2)
    throw InvalidArgument("[index] groups: expected a number of ids per group or a pair of arrays, found " +
                          std::string(py::str(py::type::of(groups).attr("__name__"))));
  ids_ = require_ids(py::object(groups[py::int_(0)]), "[index] groups' ids");
  groups_ = require_ids(py::object(groups[py::int_(1)]), "[index] groups");
}

void check_width(const FloatArray& array, const VectorIndex& index, const char* subject) {
  const auto width = array.shape(array.ndim() - 1);
  if (width == static_cast<py::ssize_t>(index.dim()))
    return;
  throw InvalidArgument(std::string(subject) + ": expected rows of " + std::to_string(index.dim()) + " values, found " +
                        std::to_string(width));
}

ScoresAndIds to_tuple(SearchResult&& result) {
  const std::vector<py::ssize_t> shape{static_cast<py::ssize_t>(result.num_queries),
                                       static_cast<py::ssize_t>(result.k)};
  return py::make_tuple(to_array(std::move(result.scores), shape), to_array(std::move(result.ids), shape));
}

}  // namespace mess::python
