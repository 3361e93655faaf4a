// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "mess/error.h"

namespace mess {
namespace {

Frames make_frames() {
  return {.values = {1, 10, 3, 30},
          .num_frames = 2,
          .dim = 2,
          .hop_seconds = 1,
          .window_seconds = 1,
          .encoder_id = {.name = "dummy", .version = 1}};
}

TEST(Pool, MeanIsTheMeanOverTime) {
  const Embedding embedding = pool(make_frames(), {.kind = Pooling::kMean, .l2_normalize = false});
  EXPECT_EQ(embedding.values, (std::vector<float>{2, 20}));
  EXPECT_EQ(embedding.encoder_id.str(), "dummy/1+mean");
}

TEST(Pool, MeanStdAppendsThePopulationDeviation) {
  const Embedding embedding = pool(make_frames(), {.kind = Pooling::kMeanStd, .l2_normalize = false});
  EXPECT_EQ(embedding.values, (std::vector<float>{2, 20, 1, 10}));
  EXPECT_EQ(embedding.encoder_id.str(), "dummy/1+mean_std");
}

TEST(Pool, NormalisesToUnitLength) {
  double squares = 0.0;
  for (const float value : pool(make_frames()).values)
    squares += static_cast<double>(value) * value;
  EXPECT_NEAR(squares, 1.0, 1e-6);
}

TEST(Pool, AZeroVectorStaysZero) {
  Frames frames = make_frames();
  frames.values.assign(4, 0.0f);
  EXPECT_EQ(pool(frames).values, (std::vector<float>{0, 0, 0, 0}));
}

TEST(Pool, KeepsPrecisionOverHoursOfFrames) {
  Frames frames = make_frames();
  frames.num_frames = 1'000'000;
  frames.values.assign(2'000'000, 0.1f);
  const Embedding embedding = pool(frames, {.kind = Pooling::kMeanStd, .l2_normalize = false});
  EXPECT_NEAR(embedding.values[0], 0.1f, 1e-7);
  EXPECT_NEAR(embedding.values[2], 0.0f, 1e-6);
}

TEST(Pool, RefusesBadFrames) {
  Frames empty = make_frames();
  empty.num_frames = 0;
  empty.values.clear();
  EXPECT_THROW(pool(empty), InvalidArgument);
  Frames short_frames = make_frames();
  short_frames.values.pop_back();
  EXPECT_THROW(pool(short_frames), InvalidArgument);
  Frames nan = make_frames();
  nan.values[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(pool(nan), InvalidArgument);
  Frames pooled = make_frames();
  pooled.encoder_id.pooling = "mean";
  EXPECT_THROW(pool(pooled), InvalidArgument);
}

TEST(Pool, AutoTakesTheTrackVectorWhereThereIsOne) {
  Frames frames = make_frames();
  EXPECT_EQ(pool(frames).encoder_id.str(), "dummy/1+mean_std");
  frames.track_values = {0, 3, 4};
  const Embedding embedding = pool(frames);
  EXPECT_EQ(embedding.values, (std::vector<float>{0, 0.6f, 0.8f}));
  EXPECT_EQ(embedding.encoder_id.str(), "dummy/1+track");
  EXPECT_EQ(pool(frames, {.kind = Pooling::kMean}).values.size(), 2u);
}

TEST(Pool, TrackNeedsATrackVector) {
  EXPECT_THROW(pool(make_frames(), {.kind = Pooling::kTrack}), InvalidArgument);
  Frames nan = make_frames();
  nan.track_values = {std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THROW(pool(nan), InvalidArgument);
}

TEST(Pool, TheIdIsKnownBeforehand) {
  const auto dummy = make_encoder("dummy");
  EXPECT_EQ(pooled_id(*dummy).str(), "dummy/1+mean_std");
  EXPECT_EQ(pooled_id(*dummy, Pooling::kMean).str(), "dummy/1+mean");
  EXPECT_THROW(pooled_id(*dummy, Pooling::kTrack), InvalidArgument);
}

TEST(Pool, NamesRoundTrip) {
  EXPECT_EQ(parse_pooling(to_string(Pooling::kAuto)), Pooling::kAuto);
  EXPECT_EQ(parse_pooling(to_string(Pooling::kTrack)), Pooling::kTrack);
  EXPECT_EQ(parse_pooling(to_string(Pooling::kMean)), Pooling::kMean);
  EXPECT_EQ(parse_pooling(to_string(Pooling::kMeanStd)), Pooling::kMeanStd);
  EXPECT_THROW(parse_pooling("max"), InvalidArgument);
}

}  // namespace
}  // namespace mess
