// SPDX-License-Identifier: MIT
// Frames ready to be compared: standardised, checked, with the sums that every comparison needs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "mess/moments.h"

namespace mess::internal {

class ScaledRows {
 public:
  /// @param what  named in errors: "passage", "track". @throws InvalidArgument
  ScaledRows(const FramesView& frames, const FrameScale* scale, const std::string& what);

  std::size_t size() const { return num_rows_; }
  std::size_t dim() const { return dim_; }
  const float* row(std::size_t t) const { return values_.data() + t * dim_; }
  /// Squared lengths of the rows first to last - 1, added up.
  double energy(std::size_t first, std::size_t last) const { return energy_[last] - energy_[first]; }

 private:
  std::size_t num_rows_;
  std::size_t dim_;
  std::vector<float> values_;
  std::vector<double> energy_;  // running sum, size() + 1 values
};

/// @throws InvalidArgument  a scale that is not empty and does not fit the dim, or with deviations not above 0
void check_scale(const FrameScale& scale, std::size_t dim);
/// @throws InvalidArgument  no frames, a size that is not T x D, no hop_seconds
void check_shape(const FramesView& frames, const std::string& what);

}  // namespace mess::internal
