// SPDX-License-Identifier: MIT
// The fast paths of the neural layers against plain operators, on small random weights.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "mess/error.h"
#include "src/neural/layers/attention.h"
#include "src/neural/layers/transformer_layer.h"
#include "src/neural/models/layer_choice.h"
#include "src/neural/models/mpnet.h"
#include "src/neural/models/wave_front_end.h"
#include "src/neural/window_plan.h"

namespace mess::internal {
namespace {

void randomize(const Parameters& parameters) {
  at::manual_seed(7);
  for (const Parameter& parameter : parameters.list())
    *parameter.tensor = at::randn(parameter.shape) * 0.2;
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a.to(at::kFloat) - b.to(at::kFloat)).abs().max().item<double>();
}

/// A module made twice with the same weights, once per placement.
template <typename Module, typename Run>
std::pair<at::Tensor, at::Tensor> run_both(const std::function<std::unique_ptr<Module>(const Scope&)>& make,
                                           const Placement& first, const Placement& second, Run&& run) {
  std::vector<at::Tensor> outputs;
  for (const Placement& placement : {first, second}) {
    Parameters parameters;
    const std::unique_ptr<Module> module = make(Scope(parameters));
    randomize(parameters);
    parameters.place(placement);
    outputs.push_back(run(*module));
  }
  return {outputs[0], outputs[1]};
}

const Placement kFast{};
const Placement kPlain{.prepack = false};
const Placement kTrainable{.trainable = true};

TEST(NeuralLayers, PackedLinearIsWhatAtenComputes) {
  if (!PackedLinear::available(at::kFloat))
    GTEST_SKIP() << "this libtorch has no oneDNN linear";
  for (const std::int64_t rows : {1, 7, 130}) {
    at::manual_seed(static_cast<std::uint64_t>(rows));
    const auto input = at::randn({rows, 48});
    const auto weight = at::randn({72, 48});
    const auto bias = at::randn({72});
    const auto residual = at::randn({rows, 72});
    const PackedLinear packed(weight);
    const auto plain = at::linear(input, weight, bias);
    EXPECT_LT(largest_difference(packed(input, bias, "none"), plain), 1e-4);
    EXPECT_LT(largest_difference(packed(input, bias, "gelu"), at::gelu(plain)), 1e-4);
    EXPECT_LT(largest_difference(packed(input, std::nullopt, "relu"), at::relu(at::linear(input, weight))), 1e-4);
    EXPECT_LT(largest_difference(packed.add(input, bias, residual), plain + residual), 1e-4);
  }
}

TEST(NeuralLayers, JoinedLinearsFollowOneAnotherInEveryPlacement) {
  const auto input = at::randn({5, 16});
  const std::function<std::unique_ptr<Linear>(const Scope&)> make = [](const Scope& scope) {
    return std::make_unique<Linear>(std::vector<Scope>{scope / "q", scope / "k", scope / "v"}, 16, 8,
                                    Linear::Options{});
  };
  const auto run = [&](const Linear& linear) { return linear(input); };
  const auto [fast, plain] = run_both<Linear>(make, kFast, kPlain, run);
  const auto [trainable, again] = run_both<Linear>(make, kTrainable, kPlain, run);
  EXPECT_EQ(fast.size(1), 24);
  EXPECT_LT(largest_difference(fast, plain), 1e-5);
  EXPECT_LT(largest_difference(trainable, again), 1e-6);
}

TEST(NeuralLayers, ATransformerLayerKeepsSequencesApart) {
  const TransformerLayerNames names{{"q", "k", "v"}, "o", "n1", "up", "down", "n2"};
  const auto rows = at::randn({3 * 4 + 2 * 9, 32});
  const SequenceGroups together{{.first_row = 0, .num_sequences = 3, .length = 4},
                                {.first_row = 12, .num_sequences = 2, .length = 9}};
  for (const bool norm_first : {false, true}) {
    Parameters parameters;
    const TransformerLayer layer(Scope(parameters), names,
                                 {.hidden = 32, .num_heads = 4, .feed_forward = 64, .norm_first = norm_first});
    randomize(parameters);
    parameters.place(kFast);
    const auto all = layer(rows, together);
    const auto second = layer(rows.narrow(0, 4, 4), {{.first_row = 0, .num_sequences = 1, .length = 4}});
    const auto last = layer(rows.narrow(0, 21, 9), {{.first_row = 0, .num_sequences = 1, .length = 9}});
    EXPECT_LT(largest_difference(all.narrow(0, 4, 4), second), 1e-5);
    EXPECT_LT(largest_difference(all.narrow(0, 21, 9), last), 1e-5);
  }
}

class FrontEnds : public ::testing::TestWithParam<bool> {};

TEST_P(FrontEnds, ProductsGiveWhatConvolutionsGive) {
  if (!PackedLinear::available(at::kFloat))
    GTEST_SKIP() << "this libtorch has no oneDNN linear";
  const bool each_layer = GetParam();
  const WaveFrontEndConfig config{
      .convolutions = {{32, 10, 5}, {32, 3, 2}, {24, 2, 2}}, .has_bias = true, .normalizes_each_layer = each_layer};
  const std::function<std::unique_ptr<WaveFrontEnd>(const Scope&)> make = [&](const Scope& scope) {
    return std::make_unique<WaveFrontEnd>(scope, config);
  };
  // More than one piece, and not a whole number of them; off centre, so that the folded mean matters.
  const auto waves = at::randn({2, 20 * 257 + 13}) + 0.5;
  const auto [fast, plain] =
      run_both<WaveFrontEnd>(make, kFast, kPlain, [&](const WaveFrontEnd& front_end) { return front_end(waves); });
  EXPECT_EQ(fast.size(1), config.num_frames(waves.size(1)));
  EXPECT_LT(largest_difference(fast, plain), 2e-5);
}

INSTANTIATE_TEST_SUITE_P(NeuralLayers, FrontEnds, ::testing::Bool());

TEST(NeuralLayers, TheFrontEndOfHubertSeesFourHundredSamples) {
  WaveFrontEndConfig config;
  const std::vector<std::int64_t> kernels{10, 3, 3, 3, 3, 2, 2};
  const std::vector<std::int64_t> strides{5, 2, 2, 2, 2, 2, 2};
  for (std::size_t i = 0; i < kernels.size(); ++i)
    config.convolutions.push_back({512, kernels[i], strides[i]});
  EXPECT_EQ(config.receptive_field(), 400);
  EXPECT_EQ(config.num_frames(24000), 74);
  EXPECT_EQ(config.num_frames(5 * 24000), 374);
  EXPECT_EQ(config.num_frames(400), 1);
  EXPECT_EQ(config.num_frames(399), 0);
}

TEST(NeuralLayers, DistancesFallIntoTheBucketsOfTheirSign) {
  const auto buckets = distance_buckets(200, 32);
  const auto bucket = [&](std::int64_t query, std::int64_t key) { return buckets[query][key].item<std::int64_t>(); };
  EXPECT_EQ(bucket(0, 0), 0);
  EXPECT_EQ(bucket(7, 0), 7);
  EXPECT_EQ(bucket(0, 7), 16 + 7);
  EXPECT_EQ(bucket(8, 0), 8);
  EXPECT_EQ(bucket(199, 0), 15);
  EXPECT_EQ(bucket(0, 199), 31);
}

TEST(NeuralLayers, LayersAreMixedByWeightOrSideBySide) {
  const std::vector<at::Tensor> states{at::full({1, 2, 3}, 1.0f), at::full({1, 2, 3}, 2.0f), at::full({1, 2, 3}, 5.0f)};
  EXPECT_NEAR(LayerChoice::of({}, 3).combine(states)[0][0][0].item<float>(), 8.0f / 3, 1e-6f);
  EncoderOptions options{.layers = {-1, 0}, .layer_weights = {3.0, 1.0}};
  EXPECT_FLOAT_EQ(LayerChoice::of(options, 3).combine(states)[0][1][2].item<float>(), 4.0f);
  EXPECT_EQ(LayerChoice::label(options), ":layers=-1*3,0*1");
  options.layer_weights.clear();
  options.layer_combination = "concat";
  const auto side_by_side = LayerChoice::of(options, 3).combine(states);
  EXPECT_EQ(side_by_side.size(2), 6);
  EXPECT_FLOAT_EQ(side_by_side[0][0][0].item<float>(), 5.0f);
  EXPECT_THROW(LayerChoice::of({.layers = {3}}, 3), InvalidArgument);
  EXPECT_THROW(LayerChoice::of({.layers = {-4}}, 3), InvalidArgument);
  EXPECT_THROW(LayerChoice::of({.layers = {0}, .layer_weights = {1.0, 2.0}}, 3), InvalidArgument);
  EXPECT_THROW(LayerChoice::of({.layer_combination = "max"}, 3), InvalidArgument);
}

TEST(NeuralLayers, GradientsReachEveryParameterOfATrainableLayer) {
  Parameters parameters;
  const TransformerLayer layer(Scope(parameters), {{"q", "k", "v"}, "o", "n1", "up", "down", "n2"},
                               {.hidden = 16, .num_heads = 2, .feed_forward = 32});
  randomize(parameters);
  parameters.place(kTrainable);
  for (const Parameter& parameter : parameters.list())
    parameter.tensor->set_requires_grad(true);
  layer(at::randn({6, 16}), {{.first_row = 0, .num_sequences = 2, .length = 3}}).square().sum().backward();
  for (const Parameter& parameter : parameters.list())
    EXPECT_TRUE(parameter.tensor->grad().defined()) << parameter.name;
}

}  // namespace
}  // namespace mess::internal
