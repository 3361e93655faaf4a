// SPDX-License-Identifier: MIT
// HuBERT, and MERT, which is a HuBERT trained on music.
//   Hsu et al. 2021, "HuBERT: self-supervised speech representation learning by masked prediction of hidden units"
//   Li et al. 2023, "MERT: acoustic music understanding model with large-scale self-supervised training"
#pragma once

#include <memory>
#include <vector>

#include "src/neural/layers/transformer_layer.h"
#include "src/neural/models/audio_tower.h"
#include "src/neural/models/wave_front_end.h"

namespace mess::internal {

struct HubertConfig {
  int sample_rate_hz = 16000;
  bool normalizes_input = true;  // each window to zero mean and unit variance
  WaveFrontEndConfig front_end;
  bool normalizes_features = true;
  std::int64_t num_layers = 12;
  std::int64_t position_kernel = 128;
  std::int64_t position_groups = 16;
  TransformerLayerShape layer;

  static HubertConfig read(const ModelFolder& folder);
};

/// Adds to each frame what a wide grouped convolution with GELU makes of its surroundings.
class ConvolutionalPositions : Immovable {
 public:
  ConvolutionalPositions(const Scope& scope, const HubertConfig& config);

  /// @param hidden  windows x frames x hidden
  at::Tensor operator()(const at::Tensor& hidden) const;

 private:
  at::Tensor weight() const;
  at::Tensor by_convolution(const at::Tensor& hidden) const;
  at::Tensor by_products(const at::Tensor& hidden) const;

  std::int64_t kernel_;
  std::int64_t groups_;
  at::Tensor magnitude_;  // 1 x 1 x kernel
  at::Tensor direction_;  // hidden x hidden / groups x kernel
  at::Tensor bias_;
  at::Tensor folded_;                 // the product of both; undefined while they are trained, and when packed
  std::vector<PackedLinear> packed_;  // the product's groups, each a matrix of channels x (kernel * channels)
};

class Hubert : Immovable {
 public:
  Hubert(const Scope& scope, const HubertConfig& config);

  /// @param waves  windows x samples, float32, as recorded
  /// @return num_layers + 1 tensors, each windows x frames x hidden: the input of the first layer and every layer's output;
  ///   the last one is the model's output, after the final norm where there is one
  std::vector<at::Tensor> hidden_states(const at::Tensor& waves) const;

 private:
  at::Tensor embed(const at::Tensor& waves) const;

  HubertConfig config_;
  WaveFrontEnd front_end_;
  std::unique_ptr<LayerNorm> feature_norm_;
  Linear feature_projection_;
  ConvolutionalPositions positions_;
  LayerNorm norm_;
  Layers<TransformerLayer> layers_;
};

/// Frames are a weighted mean of hidden states, or several side by side.
std::unique_ptr<AudioTower> make_hubert_tower(const ModelFolder& folder, const EncoderOptions& options);

}  // namespace mess::internal
