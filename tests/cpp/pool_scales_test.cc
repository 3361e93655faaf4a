// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "mess/error.h"
#include "mess/scales.h"
#include "mess/whitening.h"

namespace mess {
namespace {

Frames two_parts() {
  constexpr std::size_t kCount = 400;
  Frames frames{.values = {},
                .num_frames = kCount,
                .dim = 2,
                .hop_seconds = 0.1,
                .window_seconds = 0.1,
                .encoder_id = {"dummy", 1}};
  for (std::size_t t = 0; t < kCount; ++t) {
    frames.values.push_back(t < kCount / 2 ? 1.0f : -1.0f);
    frames.values.push_back(std::sin(static_cast<float>(t)));
  }
  return frames;
}

TEST(PoolScales, NamesEachScaleWithItsSpans) {
  const Frames frames = two_parts();
  const auto scales =
      pool_scales(frames, {.pooling = {.kind = Pooling::kMean, .l2_normalize = false}, .edge_seconds = 5.0});
  ASSERT_EQ(scales.size(), 5u);
  EXPECT_EQ(scales[0].name, "track");
  EXPECT_NEAR(scales[0].embeddings.values[0], 0.0f, 1e-6f);
  EXPECT_EQ(scales[1].name, "sections");
  ASSERT_EQ(scales[1].embeddings.spans.size(), 2u);
  EXPECT_NEAR(scales[1].embeddings.spans[0].end_seconds, 20.0, 1.0);
  EXPECT_EQ(scales[2].name, "windows");
  EXPECT_EQ(scales[2].embeddings.values.size(), scales[2].embeddings.spans.size() * 2);
  EXPECT_EQ(scales[3].name, "head");
  EXPECT_EQ(scales[3].embeddings.values[0], 1.0f);
  EXPECT_EQ(scales[4].name, "tail");
  EXPECT_EQ(scales[4].embeddings.values[0], -1.0f);
  EXPECT_THROW(pool_scales(frames, {.edge_seconds = -1.0}), InvalidArgument);
}

TEST(Whitening, MakesVariancesOneAndRefusesOtherVectors) {
  WhiteningFit fit({"dummy", 1, "mean"});
  const std::vector<float> vectors{3, 1, -1, 1, 1, 2, 1, 0};
  fit.add(std::span(vectors).first(4), 2);
  fit.add(std::span(vectors).last(4), 2);
  EXPECT_EQ(fit.num_vectors(), 4u);
  EXPECT_THROW(fit.add(std::vector<float>(6), 2), InvalidArgument);
  const Whitening whitening = fit.finish({.shrinkage = 0.0, .l2_normalize = false});
  const std::vector<float> whitened = whitening.apply(vectors, 4, {"dummy", 1, "mean"});
  const float root = std::sqrt(2.0f);
  const std::vector<float> expected{root, 0, -root, 0, 0, root, 0, -root};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(whitened[i], expected[i], 1e-6f) << i;
  EXPECT_THROW(whitening.apply(vectors, 4, {"dummy", 1, "max"}), InvalidArgument);
  EXPECT_THROW(whitening.apply(vectors, 3, {"dummy", 1, "mean"}), InvalidArgument);
}

}  // namespace
}  // namespace mess
