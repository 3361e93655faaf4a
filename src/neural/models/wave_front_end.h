// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "src/neural/layers/linear.h"
#include "src/neural/layers/norm.h"

namespace mess::internal {

/// One convolution of the front end.
struct WaveConvolution {
  std::int64_t channels = 0;
  std::int64_t kernel = 0;
  std::int64_t stride = 0;
};

struct WaveFrontEndConfig {
  std::vector<WaveConvolution> convolutions;
  bool has_bias = false;
  /// true: each layer's output is normalised over its channels; false: the first layer's over time, the others' not at all.
  bool normalizes_each_layer = false;

  std::int64_t channels() const { return convolutions.back().channels; }
  std::int64_t num_frames(std::int64_t num_samples) const;
  /// The samples that one frame sees.
  std::int64_t receptive_field() const;
};

/// Samples to frames by strided convolutions with GELU, the feature extractor of wav2vec 2.0 and HuBERT.
///
/// The fast path keeps time in the rows and channels in the columns: then a convolution is a matrix product over
/// overlapping rows, for which the linear layer's packed weights serve, and pieces of some seconds stay in the cache. The
/// first layer's normalisation over time is folded into its weights: mean and variance of a linear map of the windows
/// follow from the windows' own covariance, a kernel x kernel matrix.
class WaveFrontEnd : Immovable {
 public:
  WaveFrontEnd(const Scope& scope, const WaveFrontEndConfig& config);

  /// @param waves  windows x samples, float32 @return windows x frames x channels
  at::Tensor operator()(const at::Tensor& waves) const;

 private:
  struct Layer {
    at::Tensor weight;  // channels x channels before x kernel
    at::Tensor bias;
    at::Tensor norm_weight;
    at::Tensor norm_bias;
    std::optional<PackedLinear> packed;
  };

  void place(const Placement& placement);
  at::Tensor by_convolutions(const at::Tensor& waves) const;
  at::Tensor by_products(const at::Tensor& wave) const;
  at::Tensor piece(const at::Tensor& wave, const Layer& first, std::int64_t first_frame, std::int64_t num_frames) const;
  Layer first_layer_for(const at::Tensor& wave) const;
  at::Tensor finish_layer(const Layer& layer, std::size_t index, const at::Tensor& rows) const;

  WaveFrontEndConfig config_;
  Placement placement_;
  Layers<Layer> layers_;
};

}  // namespace mess::internal
