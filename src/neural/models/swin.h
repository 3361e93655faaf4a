// SPDX-License-Identifier: MIT
// HTS-AT, the audio part of CLAP: a Swin transformer over a mel spectrogram that was folded into a square.
//   Liu et al. 2021, "Swin transformer: hierarchical vision transformer using shifted windows"
//   Chen et al. 2022, "HTS-AT: a hierarchical token-semantic audio transformer for sound classification and detection"
#pragma once

#include <optional>
#include <vector>

#include "src/neural/layers/linear.h"
#include "src/neural/layers/norm.h"
#include "src/neural/tensor/json.h"

namespace mess::internal {

struct SwinConfig {
  std::int64_t image_size = 256;
  std::int64_t num_mels = 64;
  std::int64_t patch_size = 4;
  std::int64_t patch_channels = 96;
  std::int64_t window = 8;
  std::vector<std::int64_t> depths{2, 2, 6, 2};
  std::vector<std::int64_t> heads{4, 8, 16, 32};
  std::int64_t feed_forward_ratio = 4;
  bool has_qkv_bias = true;
  double norm_epsilon = 1e-5;
  Activation activation = Activation::kGelu;

  std::int64_t grid() const { return image_size / patch_size; }
  /// Frames of the spectrogram that fill the square.
  std::int64_t num_frames() const { return image_size * (image_size / num_mels); }
  std::int64_t out_channels() const { return patch_channels << (depths.size() - 1); }
  static SwinConfig read(const JsonObject& audio_config);
};

/// Attention within windows of 8 x 8 tokens, every second time shifted by half a window, then a feed-forward network.
class SwinBlock : Immovable {
 public:
  SwinBlock(const Scope& scope, const SwinConfig& config, std::int64_t channels, std::int64_t num_heads,
            std::int64_t resolution, bool shifted);

  /// @param tokens  images x resolution x resolution x channels
  at::Tensor operator()(const at::Tensor& tokens) const;

 private:
  at::Tensor attention_bias() const;
  at::Tensor attend(const at::Tensor& windows) const;
  // tokens + attention within the windows of `normed`
  at::Tensor attended_in_place(const at::Tensor& tokens, const at::Tensor& normed) const;
  at::Tensor attended_by_copies(const at::Tensor& tokens, const at::Tensor& normed) const;

  std::int64_t window_;
  std::int64_t shift_;
  std::int64_t num_heads_;
  std::int64_t resolution_;
  at::Tensor bias_table_;  // (2 window - 1)^2 x heads
  at::Tensor bias_;        // windows (1 when not shifted) x heads x window^2 x window^2; undefined while trained
  at::Tensor table_index_;
  at::Tensor window_rows_;
  at::Tensor shift_mask_;  // windows x 1 x window^2 x window^2; undefined when not shifted
  LayerNorm norm_before_;
  Linear query_key_value_;
  Linear attention_output_;
  LayerNorm norm_after_;
  Linear feed_forward_in_;
  Linear feed_forward_out_;
};

/// 2 x 2 neighbours become one token of twice the channels.
class PatchMerging : Immovable {
 public:
  PatchMerging(const Scope& scope, const SwinConfig& config, std::int64_t channels);
  at::Tensor operator()(const at::Tensor& tokens) const;

 private:
  LayerNorm norm_;
  Linear reduction_;
};

class Swin : Immovable {
 public:
  Swin(const Scope& scope, const SwinConfig& config);

  /// @param spectrogram  clips x frames x mels, decibels, float32
  /// @return clips x out_channels(): the mean over the last stage's tokens
  at::Tensor operator()(const at::Tensor& spectrogram) const;

 private:
  at::Tensor folded(const at::Tensor& spectrogram) const;
  at::Tensor patches(const at::Tensor& image) const;

  SwinConfig config_;
  Placement placement_;
  at::Tensor bin_weight_, bin_bias_, bin_mean_, bin_variance_;  // batch normalisation over the mel bins
  at::Tensor patch_weight_, patch_bias_;
  LayerNorm patch_norm_;
  Layers<SwinBlock> blocks_;
  Layers<PatchMerging> mergings_;
  LayerNorm norm_;
};

}  // namespace mess::internal
