// SPDX-License-Identifier: MIT
#include "src/neural/models/swin.h"

#include "mess/error.h"
#include "src/neural/layers/attention.h"
#include "src/neural/models/config_values.h"

namespace mess::internal {
namespace {

constexpr double kBatchNormEpsilon = 1e-5;
constexpr double kForbidden = -100.0;  // as the model was trained; not infinity

// images x resolution x resolution x channels -> images * windows x window^2 x channels
at::Tensor split_windows(const at::Tensor& tokens, std::int64_t window) {
  const auto shape = tokens.sizes().vec();
  return tokens.view({shape[0], shape[1] / window, window, shape[2] / window, window, shape[3]})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({-1, window * window, shape[3]});
}

at::Tensor join_windows(const at::Tensor& windows, std::int64_t window, std::int64_t resolution) {
  const std::int64_t per_side = resolution / window;
  return windows.view({-1, per_side, per_side, window, window, windows.size(2)})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({-1, resolution, resolution, windows.size(2)});
}

// Where in an image the tokens of each window come from: windows x window^2.
at::Tensor window_rows(std::int64_t resolution, std::int64_t window, std::int64_t shift) {
  const auto rows = at::arange(resolution * resolution, at::kLong).view({1, resolution, resolution, 1});
  return split_windows(at::roll(rows, {-shift, -shift}, {1, 2}), window).squeeze(2);
}

// Which row of the bias table serves each pair of tokens: by their distance down and across.
at::Tensor relative_positions(std::int64_t window) {
  const auto place = at::arange(window, at::kLong);
  const auto row = place.repeat_interleave(window);
  const auto column = place.repeat({window});
  const auto down = row.unsqueeze(1) - row.unsqueeze(0) + window - 1;
  const auto across = column.unsqueeze(1) - column.unsqueeze(0) + window - 1;
  return (down * (2 * window - 1) + across).reshape(-1);
}

// After the shift, windows at the border hold tokens from opposite sides, which must not see each other.
at::Tensor shift_mask(std::int64_t resolution, std::int64_t window, std::int64_t shift) {
  const auto place = at::arange(resolution, at::kLong);
  const auto region = (place >= resolution - window).to(at::kLong) + (place >= resolution - shift).to(at::kLong);
  const auto regions = (region.unsqueeze(1) * 3 + region.unsqueeze(0)).view({1, resolution, resolution, 1});
  const auto windows = split_windows(regions, window).squeeze(2);
  const auto apart = windows.unsqueeze(1) != windows.unsqueeze(2);
  return (apart.to(at::kFloat) * kForbidden).unsqueeze(1);
}

std::vector<Scope> attention_scopes(const Scope& scope) {
  const Scope self = scope / "attention.self";
  return {self / "query", self / "key", self / "value"};
}

[[noreturn]] void refuse(const JsonObject& json, const std::string& expected) {
  throw ModelError("[neural] " + json.name() + ": audio_config: expected " + expected + ", found others");
}

}  // namespace

SwinConfig SwinConfig::read(const JsonObject& json) {
  const ConfigValues values(json);
  SwinConfig config;
  config.image_size = values.count("spec_size", 256);
  config.num_mels = values.count("num_mel_bins", 64);
  config.patch_size = values.count("patch_size", 4);
  config.patch_channels = values.count("patch_embeds_hidden_size", 96);
  config.window = values.count("window_size", 8);
  config.depths = json.integers("depths", config.depths);
  config.heads = json.integers("num_attention_heads", config.heads);
  config.feed_forward_ratio = static_cast<std::int64_t>(values.positive("mlp_ratio", 4.0));
  config.has_qkv_bias = json.boolean("qkv_bias", true);
  config.norm_epsilon = values.positive("layer_norm_eps", 1e-5);
  config.activation = parse_activation(json.text("hidden_act", "gelu"));
  values.expect_boolean("enable_fusion", false);
  values.expect_boolean("flatten_patch_embeds", true);
  values.expect_boolean("enable_patch_layer_norm", true);
  if (json.integers("patch_stride", std::vector<std::int64_t>(2, config.patch_size)) !=
      std::vector<std::int64_t>(2, config.patch_size))
    refuse(json, "patch_stride equal to patch_size");
  const std::size_t num_stages = config.depths.size();
  if (num_stages == 0 || num_stages > 8 || config.heads.size() != num_stages)
    refuse(json, "depths and num_attention_heads of one length");
  for (std::size_t i = 0; i < num_stages; ++i) {
    const std::int64_t channels = config.patch_channels << i;
    if (config.depths[i] < 1 || config.depths[i] > 64 || config.heads[i] < 1 || channels % config.heads[i] != 0)
      refuse(json, "depths from 1 to 64 and heads that divide the channels");
  }
  constexpr std::int64_t kLargestImage = 4096;  // tables of this size are made before any weight is read
  if (config.image_size > kLargestImage || config.patch_size > config.image_size)
    refuse(json, "spec_size up to 4096");
  const std::int64_t last_grid = config.grid() >> (num_stages - 1);
  if (config.image_size % config.num_mels != 0 || config.grid() * config.patch_size != config.image_size ||
      last_grid < config.window || last_grid << (num_stages - 1) != config.grid() || last_grid % config.window != 0)
    refuse(json, "spec_size, num_mel_bins, patch_size and window_size that divide each other");
  return config;
}

SwinBlock::SwinBlock(const Scope& scope, const SwinConfig& config, std::int64_t channels, std::int64_t num_heads,
                     std::int64_t resolution, bool shifted)
    : window_(config.window),
      // Where one window covers everything there is nothing to shift.
      shift_(shifted && resolution > config.window ? config.window / 2 : 0),
      num_heads_(num_heads),
      resolution_(resolution),
      norm_before_(scope / "layernorm_before", channels, config.norm_epsilon),
      query_key_value_(attention_scopes(scope), channels, channels, {.has_bias = config.has_qkv_bias}),
      attention_output_(scope / "attention.output.dense", channels, channels),
      norm_after_(scope / "layernorm_after", channels, config.norm_epsilon),
      feed_forward_in_(scope / "intermediate.dense", channels, channels * config.feed_forward_ratio,
                       {.activation = config.activation}),
      feed_forward_out_(scope / "output.dense", channels * config.feed_forward_ratio, channels) {
  const std::int64_t span = 2 * window_ - 1;
  scope.add("attention.self.relative_position_bias_table", {span * span, num_heads}, bias_table_);
  scope.on_place([this](const Placement& placement) {
    bias_table_ = placement.copy(bias_table_);
    table_index_ = relative_positions(window_).to(placement.device);
    if (shift_ > 0)
      shift_mask_ = placement.copy(shift_mask(resolution_, window_, shift_));
    window_rows_ = window_rows(resolution_, window_, shift_);
    if (placement.trainable)
      return;
    bias_ = attention_bias();
    if (placement.on_cpu())
      bias_ = bias_.to(at::kFloat);
  });
}

at::Tensor SwinBlock::attention_bias() const {
  const std::int64_t tokens = window_ * window_;
  const auto bias = bias_table_.index_select(0, table_index_).view({tokens, tokens, num_heads_}).permute({2, 0, 1});
  return (shift_ > 0 ? bias + shift_mask_ : bias.unsqueeze(0)).contiguous();
}

// images * windows x window^2 x 3 channels -> the same with 1 channels
at::Tensor SwinBlock::attend(const at::Tensor& qkv) const {
  const std::int64_t tokens = qkv.size(1);
  const std::int64_t channels = qkv.size(2) / 3;
  const auto bias = bias_.defined() ? bias_.to(qkv.scalar_type()) : attention_bias();
  const auto split =
      qkv.view({-1, bias.size(0), tokens, 3, num_heads_, channels / num_heads_}).permute({3, 0, 1, 4, 2, 5});
  std::vector<at::Tensor> attended;
  if (bias.size(0) == 1) {
    attended.push_back(
        at::scaled_dot_product_attention(split[0].squeeze(1), split[1].squeeze(1), split[2].squeeze(1), bias));
  } else {
    // The masks belong to the windows of one image; images one by one need no copies of them.
    for (std::int64_t image = 0; image < split.size(1); ++image)
      attended.push_back(at::scaled_dot_product_attention(split[0][image], split[1][image], split[2][image], bias));
  }
  const auto joined = attended.size() == 1 ? attended.front() : at::cat(attended);
  return joined.transpose(1, 2).reshape({-1, tokens, channels});
}

at::Tensor SwinBlock::operator()(const at::Tensor& tokens) const {
  const auto normed = norm_before_(tokens);
  const auto sum = can_attend_rows(tokens, window_ * window_) && bias_.defined() ? attended_in_place(tokens, normed)
                                                                                 : attended_by_copies(tokens, normed);
  return feed_forward_out_.add_to(sum, feed_forward_in_(norm_after_(sum)));
}

at::Tensor SwinBlock::attended_in_place(const at::Tensor& tokens, const at::Tensor& normed) const {
  const auto qkv = query_key_value_(normed).flatten(0, 2);
  const std::int64_t tokens_per_image = resolution_ * resolution_;
  const auto first_rows = at::arange(tokens.size(0), at::kLong).mul_(tokens_per_image).view({-1, 1, 1});
  const auto rows = (first_rows + window_rows_).flatten(0, 1);
  const auto attended = at::empty_like(tokens);
  attend_rows(qkv, rows, num_heads_, bias_, attended.flatten(0, 2));
  return attention_output_.add_to(tokens, attended);
}

at::Tensor SwinBlock::attended_by_copies(const at::Tensor& tokens, const at::Tensor& normed) const {
  const auto shifted = shift_ > 0 ? at::roll(normed, {-shift_, -shift_}, {1, 2}) : normed;
  const auto windows = attention_output_(attend(query_key_value_(split_windows(shifted, window_))));
  const auto joined = join_windows(windows, window_, resolution_);
  return tokens + (shift_ > 0 ? at::roll(joined, {shift_, shift_}, {1, 2}) : joined);
}

PatchMerging::PatchMerging(const Scope& scope, const SwinConfig& config, std::int64_t channels)
    : norm_(scope / "norm", 4 * channels, config.norm_epsilon),
      reduction_(scope / "reduction", 4 * channels, 2 * channels, {.has_bias = false}) {}

at::Tensor PatchMerging::operator()(const at::Tensor& tokens) const {
  const auto shape = tokens.sizes().vec();
  // The order of the four: down first, then across.
  const auto merged = tokens.view({shape[0], shape[1] / 2, 2, shape[2] / 2, 2, shape[3]})
                          .permute({0, 1, 3, 4, 2, 5})
                          .reshape({shape[0], shape[1] / 2, shape[2] / 2, 4 * shape[3]});
  return reduction_(norm_(merged));
}

Swin::Swin(const Scope& scope, const SwinConfig& config)
    : config_(config),
      patch_norm_(scope / "patch_embed.norm", config.patch_channels, config.norm_epsilon),
      norm_(scope / "norm", config.out_channels(), config.norm_epsilon) {
  const Scope bins = scope / "batch_norm";
  bins.add("weight", {config.num_mels}, bin_weight_);
  bins.add("bias", {config.num_mels}, bin_bias_);
  bins.add("running_mean", {config.num_mels}, bin_mean_, false);
  bins.add("running_var", {config.num_mels}, bin_variance_, false);
  const Scope projection = scope / "patch_embed.proj";
  projection.add("weight", {config.patch_channels, 1, config.patch_size, config.patch_size}, patch_weight_);
  projection.add("bias", {config.patch_channels}, patch_bias_);
  scope.on_place([this](const Placement& placement) {
    placement_ = placement;
    // The spectrogram is normalised and stretched in float32: decibels lose too much in bfloat16.
    for (at::Tensor* tensor : {&bin_weight_, &bin_bias_, &bin_mean_, &bin_variance_})
      *tensor = tensor->to(placement.device, at::kFloat, false, true);
    for (at::Tensor* tensor : {&patch_weight_, &patch_bias_})
      *tensor = placement.copy(*tensor);
  });
  std::int64_t channels = config.patch_channels;
  std::int64_t resolution = config.grid();
  for (std::size_t stage = 0; stage < config.depths.size(); ++stage) {
    const Scope stage_scope = scope / "layers" / static_cast<std::int64_t>(stage);
    for (std::int64_t i = 0; i < config.depths[stage]; ++i)
      blocks_.emplace_back(stage_scope / "blocks" / i, config, channels, config.heads[stage], resolution, i % 2 == 1);
    if (stage + 1 == config.depths.size())
      break;
    mergings_.emplace_back(stage_scope / "downsample", config, channels);
    channels *= 2;
    resolution /= 2;
  }
}

// The quarters of the time axis stacked along frequency: a square of frequency x time.
at::Tensor Swin::folded(const at::Tensor& spectrogram) const {
  const auto scale = bin_weight_ / at::sqrt(bin_variance_ + kBatchNormEpsilon);
  auto image = ((spectrogram.to(placement_.device) - bin_mean_) * scale + bin_bias_).unsqueeze(1);
  if (image.size(2) < config_.num_frames())
    image = at::upsample_bicubic2d(image, {config_.num_frames(), config_.num_mels}, true);
  const std::int64_t num_quarters = config_.image_size / config_.num_mels;
  return image.view({-1, num_quarters, config_.image_size, config_.num_mels})
      .permute({0, 1, 3, 2})
      .reshape({-1, 1, config_.image_size, config_.image_size})
      .to(placement_.dtype);
}

// Patches do not overlap: their convolution is a product of each with one matrix.
at::Tensor Swin::patches(const at::Tensor& image) const {
  const std::int64_t size = config_.patch_size;
  const std::int64_t grid = config_.grid();
  const auto cut =
      image.view({-1, grid, size, grid, size}).permute({0, 1, 3, 2, 4}).reshape({-1, grid, grid, size * size});
  return patch_norm_(at::linear(cut, patch_weight_.view({config_.patch_channels, size * size}), patch_bias_));
}

at::Tensor Swin::operator()(const at::Tensor& spectrogram) const {
  at::Tensor tokens = patches(folded(spectrogram));
  auto block = blocks_.begin();
  auto merging = mergings_.begin();
  for (const std::int64_t depth : config_.depths) {
    for (std::int64_t i = 0; i < depth; ++i)
      tokens = (*block++)(tokens);
    if (merging != mergings_.end())
      tokens = (*merging++)(tokens);
  }
  return norm_(tokens).flatten(1, 2).mean(1);
}

}  // namespace mess::internal
