// SPDX-License-Identifier: MIT
#include "src/neural/layers/linear.h"

#include "mess/error.h"

namespace mess::internal {
namespace {

const char* onednn_name(Activation activation) {
  switch (activation) {
    case Activation::kGelu:
      return "gelu";
    case Activation::kRelu:
      return "relu";
    case Activation::kNone:
      break;
  }
  return "none";
}

}  // namespace

Activation parse_activation(const std::string& name) {
  if (name == "gelu")
    return Activation::kGelu;
  if (name == "relu")
    return Activation::kRelu;
  throw ModelError("[neural] activation: expected gelu or relu, found \"" + name + "\"");
}

at::Tensor apply(Activation activation, const at::Tensor& input) {
  switch (activation) {
    case Activation::kGelu:
      return at::gelu(input);
    case Activation::kRelu:
      return at::relu(input);
    case Activation::kNone:
      break;
  }
  return input;
}

Linear::Linear(const std::vector<Scope>& scopes, std::int64_t in, std::int64_t out, Options options)
    : options_(options), weights_(scopes.size()), biases_(options.has_bias ? scopes.size() : 0) {
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    scopes[i].add("weight", {out, in}, weights_[i]);
    if (options.has_bias)
      scopes[i].add("bias", {out}, biases_[i]);
  }
  scopes.front().on_place([this](const Placement& placement) { place(placement); });
}

void Linear::place(const Placement& placement) {
  const bool packs =
      placement.prepack && !placement.trainable && placement.on_cpu() && PackedLinear::available(placement.dtype);
  for (at::Tensor& bias : biases_)
    bias = placement.copy(bias);
  for (at::Tensor& weight : weights_)
    weight = packs ? weight.to(placement.dtype) : placement.copy(weight);
  if (placement.trainable)
    return;
  if (!biases_.empty())
    biases_ = {at::cat(biases_)};
  weights_ = {weights_.size() == 1 ? weights_.front().contiguous() : at::cat(weights_)};
  if (packs) {
    packed_.emplace(weights_.front());
    weights_.clear();  // the packed copy is all that is needed
  }
}

at::Tensor Linear::joined_weight() const { return weights_.size() == 1 ? weights_.front() : at::cat(weights_); }

std::optional<at::Tensor> Linear::joined_bias() const {
  if (biases_.empty())
    return std::nullopt;
  return biases_.size() == 1 ? biases_.front() : at::cat(biases_);
}

at::Tensor Linear::operator()(const at::Tensor& input) const {
  if (packed_)
    return (*packed_)(input, joined_bias(), onednn_name(options_.activation));
  return apply(options_.activation, at::linear(input, joined_weight(), joined_bias()));
}

at::Tensor Linear::add_to(const at::Tensor& residual, const at::Tensor& input) const {
  if (packed_ && options_.activation == Activation::kNone)
    return packed_->add(input, joined_bias(), residual);
  return residual + (*this)(input);
}

}  // namespace mess::internal
