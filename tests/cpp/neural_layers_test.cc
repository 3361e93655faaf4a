// SPDX-License-Identifier: MIT
// The fast paths of the neural layers against plain operators, on small random weights.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "mess/error.h"
#include "mess/version.h"
#include "src/neural/kernels/attention_kernel.h"
#include "src/neural/layers/attention.h"
#include "src/neural/layers/transformer_layer.h"
#include "src/neural/models/hubert.h"
#include "src/neural/models/layer_choice.h"
#include "src/neural/models/mpnet.h"
#include "src/neural/models/wave_front_end.h"
#include "src/neural/task_line.h"
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

// A tensor that wants gradients takes the plain operators.
at::Tensor attend_plainly(const at::Tensor& qkv, const SequenceGroups& groups, std::int64_t num_heads) {
  return attend(qkv.clone().set_requires_grad(true), groups, num_heads).detach();
}

TEST(NeuralLayers, AttentionOverRowsIsWhatThePlainOperatorsCompute) {
  for (const std::int64_t head_size : {8, 24, 33, 64}) {
    for (const std::int64_t length : {1, 5, 16, 67}) {
      SCOPED_TRACE(std::to_string(head_size) + " values, " + std::to_string(length) + " tokens");
      at::manual_seed(static_cast<std::uint64_t>(head_size * 100 + length));
      const auto qkv = at::randn({2 + 3 * length, 3 * 4 * head_size});
      SequenceGroups groups{{.first_row = 0, .num_sequences = 2, .length = 1},
                            {.first_row = 2, .num_sequences = 3, .length = length}};
      groups[1].attention_bias = at::randn({1, 4, length, length});
      EXPECT_LT(largest_difference(attend(qkv, groups, 4), attend_plainly(qkv, groups, 4)), 5e-6);
      const auto rounded = attend(qkv.to(at::kBFloat16), groups, 4);
      EXPECT_EQ(rounded.scalar_type(), at::kBFloat16);
      EXPECT_LT(largest_difference(rounded, attend(qkv, groups, 4)), 0.1);
    }
  }
}

TEST(NeuralLayers, AttentionStaysExactForLargeScoresAndPassesOnWhatIsNotFinite) {
  const SequenceGroups groups{{.first_row = 0, .num_sequences = 1, .length = 20}};
  auto qkv = at::randn({20, 48}) * 30.0;  // softmax close to a choice of one
  EXPECT_LT(largest_difference(attend(qkv, groups, 1), attend_plainly(qkv, groups, 1)), 1e-3);
  qkv[7][20] = std::numeric_limits<float>::quiet_NaN();  // in a key: every query sees it
  EXPECT_TRUE(at::isnan(attend(qkv, groups, 1)).all().item<bool>());
}

TEST(NeuralLayers, EveryInstructionSetAttendsAlike) {
  const std::vector<std::pair<std::string, const AttentionKernels*>> sets{
#if defined(__x86_64__)
      {"avx2", &kAttentionAvx2},
      {"avx512", &kAttentionAvx512},
#endif
      {"baseline", &kAttentionBaseline}};
  constexpr std::int64_t kLength = 37;
  constexpr std::int64_t kSize = 24;
  const auto qkv = at::randn({kLength, 3 * kSize});
  const auto bias = at::randn({kLength, kLength});
  const auto rows = at::randperm(kLength, at::kLong);
  const auto split = qkv.index_select(0, rows).view({kLength, 3, kSize}).unbind(1);
  const auto scores = at::mm(split[0], split[1].t()) / std::sqrt(static_cast<double>(kSize)) + bias;
  const auto expected = at::empty({kLength, kSize}).index_copy_(0, rows, at::mm(scores.softmax(1), split[2]));
  const std::string best = simd_level();
  for (const auto& [level, kernels] : sets) {
    if ((level == "avx512" && best != "avx512") || (level == "avx2" && best == "baseline"))
      continue;
    auto output = at::empty({kLength, kSize});
    std::vector<float> scratch(kernels->scratch_floats(kLength, kSize));
    const auto* in = qkv.const_data_ptr<float>();
    kernels->attend_float({.query = in,
                           .key = in + kSize,
                           .value = in + 2 * kSize,
                           .output = output.data_ptr<float>(),
                           .rows = rows.const_data_ptr<std::int64_t>(),
                           .input_stride = 3 * kSize,
                           .output_stride = kSize,
                           .length = kLength,
                           .head_size = kSize,
                           .scale = 1.0f / std::sqrt(static_cast<float>(kSize)),
                           .bias = bias.const_data_ptr<float>()},
                          scratch.data());
    EXPECT_LT(largest_difference(output, expected), 2e-6) << level;
  }
}

TEST(NeuralLayers, PackedPositionsAreWhatTheGroupedConvolutionGives) {
  HubertConfig config;
  config.position_kernel = 6;
  config.position_groups = 4;
  config.layer.hidden = 32;
  const std::function<std::unique_ptr<ConvolutionalPositions>(const Scope&)> make = [&](const Scope& scope) {
    return std::make_unique<ConvolutionalPositions>(scope, config);
  };
  for (const std::int64_t num_frames : {1, 4, 25}) {
    const auto hidden = at::randn({3, num_frames, 32});
    const auto [fast, plain] = run_both<ConvolutionalPositions>(
        make, kFast, kPlain, [&](const ConvolutionalPositions& positions) { return positions(hidden); });
    EXPECT_LT(largest_difference(fast, plain), 1e-5);
  }
}

TEST(TaskLine, TasksRunInOrderAndTheirErrorsComeBack) {
  std::vector<int> seen;
  TaskLine line;
  for (int i = 0; i < 50; ++i)
    line.add([&seen, i] { seen.push_back(i); });
  line.finish();
  std::vector<int> expected(50);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(seen, expected);
  line.add([] { throw ModelError("one"); });
  EXPECT_THROW(line.finish(), ModelError);
  line.finish();  // told once
  line.add([] { throw ModelError("two"); });
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
