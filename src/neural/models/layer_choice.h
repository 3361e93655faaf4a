// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "mess/encode.h"

namespace mess::internal {

/// Which hidden states become the frames, and how.
class LayerChoice {
 public:
  /// @throws InvalidArgument  a layer that is not there, weights that do not fit, an unknown combination
  static LayerChoice of(const EncoderOptions& options, std::int64_t num_states);

  /// @return as many times the width of a state as there are outputs, float32
  at::Tensor combine(const std::vector<at::Tensor>& states) const;
  std::int64_t num_outputs() const { return concatenates_ ? static_cast<std::int64_t>(states_.size()) : 1; }
  /// What distinguishes the numbers from the default's, for the EncoderId; empty for the default.
  static std::string label(const EncoderOptions& options);

 private:
  std::vector<std::size_t> states_;
  std::vector<double> weights_;  // of unit sum
  bool concatenates_ = false;
};

}  // namespace mess::internal
