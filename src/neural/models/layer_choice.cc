// SPDX-License-Identifier: MIT
#include "src/neural/models/layer_choice.h"

#include <cmath>
#include <numeric>
#include <sstream>

#include "mess/error.h"

namespace mess::internal {
namespace {

std::vector<double> unit_sum(std::vector<double> weights, std::size_t num_states) {
  if (weights.empty())
    return std::vector<double>(num_states, 1.0 / static_cast<double>(num_states));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (weights.size() != num_states || !std::isfinite(sum) || sum == 0.0) {
    throw InvalidArgument("[neural] layer_weights: expected " + std::to_string(num_states) +
                          " numbers, one per layer, with a sum other than 0, found " + std::to_string(weights.size()) +
                          " with the sum " + std::to_string(sum));
  }
  for (double& weight : weights)
    weight /= sum;
  return weights;
}

}  // namespace

LayerChoice LayerChoice::of(const EncoderOptions& options, std::int64_t num_states) {
  LayerChoice choice;
  for (const int layer : options.layers) {
    const std::int64_t index = layer < 0 ? layer + num_states : layer;
    if (index < 0 || index >= num_states) {
      throw InvalidArgument("[neural] layers: expected " + std::to_string(-num_states) + " to " +
                            std::to_string(num_states - 1) + ", found " + std::to_string(layer));
    }
    choice.states_.push_back(static_cast<std::size_t>(index));
  }
  if (choice.states_.empty()) {
    choice.states_.resize(static_cast<std::size_t>(num_states));
    std::iota(choice.states_.begin(), choice.states_.end(), std::size_t{0});
  }
  choice.concatenates_ = options.layer_combination == "concat";
  if (!choice.concatenates_ && options.layer_combination != "mean") {
    throw InvalidArgument("[neural] layer_combination: expected mean or concat, found \"" + options.layer_combination +
                          "\"");
  }
  if (choice.concatenates_ && !options.layer_weights.empty())
    throw InvalidArgument("[neural] layer_weights: expected none with concat, found some");
  choice.weights_ = unit_sum(options.layer_weights, choice.states_.size());
  return choice;
}

at::Tensor LayerChoice::combine(const std::vector<at::Tensor>& states) const {
  if (concatenates_) {
    std::vector<at::Tensor> chosen;
    chosen.reserve(states_.size());
    for (const std::size_t index : states_)
      chosen.push_back(states[index].to(at::kFloat));
    return at::cat(chosen, -1);
  }
  at::Tensor sum = states[states_.front()].to(at::kFloat) * weights_.front();
  for (std::size_t i = 1; i < states_.size(); ++i)
    sum.add_(states[states_[i]].to(at::kFloat), weights_[i]);
  return sum;
}

std::string LayerChoice::label(const EncoderOptions& options) {
  std::ostringstream text;
  for (std::size_t i = 0; i < options.layers.size(); ++i) {
    text << (i == 0 ? ":layers=" : ",") << options.layers[i];
    if (!options.layer_weights.empty())
      text << "*" << options.layer_weights[i];
  }
  if (options.layers.empty() && !options.layer_weights.empty()) {
    for (std::size_t i = 0; i < options.layer_weights.size(); ++i)
      text << (i == 0 ? ":weights=" : ",") << options.layer_weights[i];
  }
  if (options.layer_combination == "concat")
    text << ":concat";
  return text.str();
}

}  // namespace mess::internal
