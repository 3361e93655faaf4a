// SPDX-License-Identifier: MIT
#include "src/neural/models/hubert.h"

#include "mess/error.h"
#include "src/neural/models/config_values.h"

namespace mess::internal {
namespace {

const TransformerLayerNames kNames{
    .query_key_value = {"attention.q_proj", "attention.k_proj", "attention.v_proj"},
    .attention_output = "attention.out_proj",
    .attention_norm = "layer_norm",
    .feed_forward_in = "feed_forward.intermediate_dense",
    .feed_forward_out = "feed_forward.output_dense",
    .feed_forward_norm = "final_layer_norm",
};

WaveFrontEndConfig read_front_end(const JsonObject& json) {
  const auto channels = json.integers("conv_dim", std::vector<std::int64_t>(7, 512));
  const auto kernels = json.integers("conv_kernel", std::vector<std::int64_t>{10, 3, 3, 3, 3, 2, 2});
  const auto strides = json.integers("conv_stride", std::vector<std::int64_t>{5, 2, 2, 2, 2, 2, 2});
  WaveFrontEndConfig config;
  constexpr std::int64_t kMostChannels = 8192;
  constexpr std::int64_t kLongestKernel = 1024;
  bool sound = !channels.empty() && channels.size() == kernels.size() && channels.size() == strides.size();
  for (std::size_t i = 0; sound && i < channels.size(); ++i) {
    sound = channels[i] >= 1 && channels[i] <= kMostChannels && kernels[i] >= 1 && kernels[i] <= kLongestKernel &&
            strides[i] >= 1 && strides[i] <= kernels[i];
    config.convolutions.push_back({channels[i], kernels[i], strides[i]});
  }
  if (!sound) {
    throw ModelError("[neural] " + json.name() + ": conv_dim, conv_kernel, conv_stride: expected three lists of one " +
                     "length, with strides up to the kernels, found others");
  }
  config.has_bias = json.boolean("conv_bias", false);
  config.normalizes_each_layer = json.text("feat_extract_norm", "group") == "layer";
  if (!config.normalizes_each_layer)
    ConfigValues(json).expect_text("feat_extract_norm", "group");
  ConfigValues(json).expect_text("feat_extract_activation", "gelu");
  return config;
}

void refuse_what_no_released_model_uses(const JsonObject& json) {
  const ConfigValues values(json);
  for (const char* key : {"conv_pos_batch_norm", "deepnorm", "feature_extractor_cqt"})
    values.expect_boolean(key, false);
}

}  // namespace

HubertConfig HubertConfig::read(const ModelFolder& folder) {
  const JsonObject& json = folder.config;
  refuse_what_no_released_model_uses(json);
  const ConfigValues values(json);
  HubertConfig config;
  config.front_end = read_front_end(json);
  config.normalizes_features = json.boolean("feat_proj_layer_norm", true);
  config.num_layers = values.num_layers();
  config.position_kernel = values.count("num_conv_pos_embeddings", 128);
  config.position_groups = values.count("num_conv_pos_embedding_groups", 16);
  config.layer = values.transformer_layer(1e-5);
  config.layer.norm_first = json.boolean("do_stable_layer_norm", false);
  std::int64_t sample_rate_hz = values.count("sample_rate", folder.model_type == "mert_model" ? 24000 : 16000);
  const auto preprocessor = folder.path / "preprocessor_config.json";
  if (std::filesystem::exists(preprocessor)) {
    const JsonObject preparation = JsonObject::read(preprocessor);
    config.normalizes_input = preparation.boolean("do_normalize", true);
    sample_rate_hz = ConfigValues(preparation).count("sampling_rate", sample_rate_hz);
  }
  config.sample_rate_hz = static_cast<int>(sample_rate_hz);
  if (config.layer.hidden % config.position_groups != 0) {
    throw ModelError("[neural] " + json.name() + ": num_conv_pos_embedding_groups: expected a divisor of " +
                     std::to_string(config.layer.hidden) + ", found " + std::to_string(config.position_groups));
  }
  return config;
}

ConvolutionalPositions::ConvolutionalPositions(const Scope& scope, const HubertConfig& config)
    : kernel_(config.position_kernel), groups_(config.position_groups) {
  const std::int64_t hidden = config.layer.hidden;
  scope.add("bias", {hidden}, bias_);
  scope.add("parametrizations.weight.original0", {1, 1, kernel_}, magnitude_);
  scope.add("parametrizations.weight.original1", {hidden, hidden / groups_, kernel_}, direction_);
  scope.on_place([this](const Placement& placement) {
    bias_ = placement.copy(bias_);
    if (placement.trainable) {
      magnitude_ = placement.copy(magnitude_);
      direction_ = placement.copy(direction_);
      return;
    }
    const auto folded = placement.copy(weight());
    magnitude_.reset();
    direction_.reset();
    if (placement.prepack && placement.on_cpu() && PackedLinear::available(placement.dtype)) {
      for (const auto& group : folded.chunk(groups_))
        packed_.emplace_back(group.permute({0, 2, 1}).flatten(1));
    } else {
      folded_ = folded;
    }
  });
}

// Weight normalisation (Salimans and Kingma 2016), one magnitude per tap.
at::Tensor ConvolutionalPositions::weight() const {
  return direction_ * (magnitude_ / direction_.norm(2, {0, 1}, true));
}

at::Tensor ConvolutionalPositions::operator()(const at::Tensor& hidden) const {
  return packed_.empty() ? by_convolution(hidden) : by_products(hidden);
}

at::Tensor ConvolutionalPositions::by_convolution(const at::Tensor& hidden) const {
  const auto convolved =
      at::conv1d(hidden.transpose(1, 2), folded_.defined() ? folded_ : weight(), bias_, 1, kernel_ / 2, 1, groups_);
  // An even kernel with this padding makes one frame too many.
  const auto aligned = convolved.narrow(2, 0, hidden.size(1));
  return hidden + at::gelu(aligned).transpose(1, 2);
}

// With a group's channels side by side, the frames that a kernel sees are one overlapping row.
at::Tensor ConvolutionalPositions::by_products(const at::Tensor& hidden) const {
  const std::int64_t num_windows = hidden.size(0);
  const std::int64_t num_frames = hidden.size(1);
  const std::int64_t channels = hidden.size(2) / groups_;
  const auto grouped = hidden.view({num_windows, num_frames, groups_, channels});
  const auto padded = at::zeros({num_windows, groups_, num_frames + kernel_ - 1, channels}, hidden.options());
  padded.narrow(2, kernel_ / 2, num_frames).copy_(grouped.transpose(1, 2));
  const auto seen = padded.as_strided({num_windows, groups_, num_frames, kernel_ * channels},
                                      {padded.stride(0), padded.stride(1), channels, 1});
  const auto biases = bias_.view({groups_, channels});
  const auto convolved = at::empty_like(grouped);
  for (std::int64_t window = 0; window < num_windows; ++window) {
    for (std::int64_t group = 0; group < groups_; ++group) {
      const auto product = packed_[static_cast<std::size_t>(group)](seen[window][group], biases[group], "gelu");
      convolved[window].select(1, group).copy_(product);
    }
  }
  return hidden + convolved.view(hidden.sizes());
}

Hubert::Hubert(const Scope& scope, const HubertConfig& config)
    : config_(config),
      front_end_(scope / "feature_extractor", config.front_end),
      feature_norm_(config.normalizes_features
                        ? std::make_unique<LayerNorm>(scope / "feature_projection.layer_norm",
                                                      config.front_end.channels(), config.layer.norm_epsilon)
                        : nullptr),
      feature_projection_(scope / "feature_projection.projection", config.front_end.channels(), config.layer.hidden),
      positions_(scope / "encoder.pos_conv_embed.conv", config),
      norm_(scope / "encoder.layer_norm", config.layer.hidden, config.layer.norm_epsilon) {
  for (std::int64_t i = 0; i < config.num_layers; ++i)
    layers_.emplace_back(scope / "encoder.layers" / i, kNames, config.layer);
}

at::Tensor Hubert::embed(const at::Tensor& waves) const {
  at::Tensor prepared = waves;
  if (config_.normalizes_input) {
    const auto centered = waves - waves.mean(1, true);
    prepared = centered / at::sqrt(centered.square().mean(1, true) + 1e-7);
  }
  const auto features = front_end_(prepared);
  return positions_(feature_projection_(feature_norm_ ? (*feature_norm_)(features) : features));
}

std::vector<at::Tensor> Hubert::hidden_states(const at::Tensor& waves) const {
  const auto embedded = embed(waves);
  const auto shape = embedded.sizes().vec();
  const SequenceGroups groups{{.first_row = 0, .num_sequences = shape[0], .length = shape[1]}};
  const bool norm_first = config_.layer.norm_first;
  at::Tensor rows = embedded.reshape({shape[0] * shape[1], shape[2]});
  if (!norm_first)
    rows = norm_(rows);
  std::vector<at::Tensor> states{rows.view(shape)};
  for (const TransformerLayer& layer : layers_) {
    rows = layer(rows, groups);
    states.push_back(rows.view(shape));
  }
  if (norm_first)
    states.back() = norm_(rows).view(shape);
  return states;
}

}  // namespace mess::internal
