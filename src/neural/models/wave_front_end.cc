// SPDX-License-Identifier: MIT
#include "src/neural/models/wave_front_end.h"

namespace mess::internal {
namespace {

constexpr double kNormEpsilon = 1e-5;
constexpr std::int64_t kFramesPerPiece = 100;

std::optional<at::Tensor> when_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

// rows x channels -> the rows each output sees, side by side: outputs x (kernel * channels); a view.
at::Tensor unrolled(const at::Tensor& rows, const WaveConvolution& convolution, std::int64_t num_outputs) {
  const std::int64_t channels = rows.size(1);
  return rows.as_strided({num_outputs, convolution.kernel * channels}, {convolution.stride * channels, 1},
                         rows.storage_offset());
}

}  // namespace

std::int64_t WaveFrontEndConfig::num_frames(std::int64_t num_samples) const {
  for (const WaveConvolution& convolution : convolutions)
    num_samples = num_samples < convolution.kernel ? 0 : (num_samples - convolution.kernel) / convolution.stride + 1;
  return num_samples;
}

std::int64_t WaveFrontEndConfig::receptive_field() const {
  std::int64_t field = 1;
  for (auto convolution = convolutions.rbegin(); convolution != convolutions.rend(); ++convolution)
    field = (field - 1) * convolution->stride + convolution->kernel;
  return field;
}

WaveFrontEnd::WaveFrontEnd(const Scope& scope, const WaveFrontEndConfig& config) : config_(config) {
  std::int64_t in = 1;
  for (std::size_t i = 0; i < config.convolutions.size(); ++i) {
    const WaveConvolution& convolution = config.convolutions[i];
    const Scope layer_scope = scope / "conv_layers" / static_cast<std::int64_t>(i);
    Layer& layer = layers_.emplace_back();
    layer_scope.add("conv.weight", {convolution.channels, in, convolution.kernel}, layer.weight);
    if (config.has_bias)
      layer_scope.add("conv.bias", {convolution.channels}, layer.bias);
    if (i == 0 || config.normalizes_each_layer) {
      layer_scope.add("layer_norm.weight", {convolution.channels}, layer.norm_weight);
      layer_scope.add("layer_norm.bias", {convolution.channels}, layer.norm_bias);
    }
    in = convolution.channels;
  }
  scope.on_place([this](const Placement& placement) { place(placement); });
}

void WaveFrontEnd::place(const Placement& placement) {
  placement_ = placement;
  const bool packs =
      placement.prepack && !placement.trainable && placement.on_cpu() && PackedLinear::available(placement.dtype);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    for (at::Tensor* tensor : {&layer.weight, &layer.bias, &layer.norm_weight, &layer.norm_bias}) {
      if (tensor->defined())
        *tensor = placement.copy(*tensor);
    }
    // The first layer's product differs from window to window, unless it is normalised like the others.
    if (!packs || (i == 0 && !config_.normalizes_each_layer))
      continue;
    const auto& weight = layer.weight;
    layer.packed.emplace(weight.permute({0, 2, 1}).reshape({weight.size(0), weight.size(1) * weight.size(2)}));
    layer.weight.reset();
  }
}

at::Tensor WaveFrontEnd::operator()(const at::Tensor& waves) const {
  if (!layers_.back().packed)
    return by_convolutions(waves);
  std::vector<at::Tensor> windows;
  for (const auto& wave : waves.unbind(0))
    windows.push_back(by_products(wave));
  return at::stack(windows);
}

at::Tensor WaveFrontEnd::by_convolutions(const at::Tensor& waves) const {
  at::Tensor hidden = waves.to(placement_.device, placement_.dtype).unsqueeze(1);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    hidden = at::conv1d(hidden, layer.weight, when_defined(layer.bias), config_.convolutions[i].stride);
    if (config_.normalizes_each_layer) {
      hidden =
          at::layer_norm(hidden.transpose(1, 2), {hidden.size(1)}, layer.norm_weight, layer.norm_bias, kNormEpsilon)
              .transpose(1, 2);
    } else if (i == 0) {
      hidden = at::group_norm(hidden, hidden.size(1), layer.norm_weight, layer.norm_bias, kNormEpsilon);
    }
    hidden = at::gelu(hidden);
  }
  return hidden.transpose(1, 2);
}

at::Tensor WaveFrontEnd::by_products(const at::Tensor& wave) const {
  const std::int64_t num_frames = config_.num_frames(wave.size(0));
  const auto samples = wave.contiguous().unsqueeze(1);
  const Layer first = config_.normalizes_each_layer ? Layer{} : first_layer_for(samples);
  const auto frames = at::empty({num_frames, config_.channels()}, placement_.dtype);
  const auto input = samples.to(placement_.dtype);
  for (std::int64_t frame = 0; frame < num_frames; frame += kFramesPerPiece) {
    const std::int64_t count = std::min(kFramesPerPiece, num_frames - frame);
    frames.narrow(0, frame, count).copy_(piece(input, first, frame, count));
  }
  return frames;
}

at::Tensor WaveFrontEnd::piece(const at::Tensor& wave, const Layer& first, std::int64_t first_frame,
                               std::int64_t num_frames) const {
  // From the last layer to the first: how many rows each makes, and at which of its rows the piece begins.
  std::vector<std::int64_t> counts(layers_.size());
  std::int64_t begin = first_frame;
  std::int64_t count = num_frames;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    counts[i] = count;
    begin *= config_.convolutions[i].stride;
    count = (count - 1) * config_.convolutions[i].stride + config_.convolutions[i].kernel;
  }
  at::Tensor rows = wave.narrow(0, begin, count);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = i == 0 && first.packed ? first : layers_[i];
    rows = finish_layer(layer, i, unrolled(rows, config_.convolutions[i], counts[i]));
  }
  return rows;
}

at::Tensor WaveFrontEnd::finish_layer(const Layer& layer, std::size_t index, const at::Tensor& rows) const {
  // NOLINTBEGIN(bugprone-unchecked-optional-access): packed by whoever calls this
  if (!config_.normalizes_each_layer)
    return (*layer.packed)(rows, when_defined(layer.bias), "gelu");
  const auto product = (*layer.packed)(rows, when_defined(layer.bias), "none");
  return at::gelu(at::layer_norm(product, {config_.convolutions[index].channels}, layer.norm_weight, layer.norm_bias,
                                 kNormEpsilon));
  // NOLINTEND(bugprone-unchecked-optional-access)
}

WaveFrontEnd::Layer WaveFrontEnd::first_layer_for(const at::Tensor& wave) const {
  const Layer& stored = layers_.front();
  const WaveConvolution& convolution = config_.convolutions.front();
  const std::int64_t num_outputs = (wave.size(0) - convolution.kernel) / convolution.stride + 1;
  const auto windows = unrolled(wave, convolution, num_outputs).to(at::kDouble);
  const auto mean_window = windows.mean(0);
  const auto centered = windows - mean_window;
  const auto covariance = at::mm(centered.t(), centered) / static_cast<double>(num_outputs);
  const auto weight = stored.weight.to(at::kDouble).squeeze(1);  // channels x kernel
  const auto variance = (at::mm(weight, covariance) * weight).sum(1).clamp_min(0.0);
  const auto gain = stored.norm_weight.to(at::kDouble) / at::sqrt(variance + kNormEpsilon);
  // A bias of the convolution moves the mean along with the values, and is gone.
  const auto shift = stored.norm_bias.to(at::kDouble) - at::mv(weight, mean_window) * gain;
  Layer folded;
  folded.packed.emplace((weight * gain.unsqueeze(1)).to(placement_.dtype));
  folded.bias = shift.to(placement_.dtype);
  return folded;
}

}  // namespace mess::internal
