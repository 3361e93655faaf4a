// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
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
  for (const Pooling kind : {Pooling::kAuto, Pooling::kTrack, Pooling::kMean, Pooling::kMeanStd, Pooling::kMax,
                             Pooling::kGem, Pooling::kMedian})
    EXPECT_EQ(parse_pooling(to_string(kind)), kind);
  EXPECT_THROW(parse_pooling("maximum"), InvalidArgument);
}

// One dimension, one frame a second.
Frames make_row(std::vector<float> values) {
  Frames frames = make_frames();
  frames.values = std::move(values);
  frames.num_frames = frames.values.size();
  frames.dim = 1;
  return frames;
}

float pooled(const Frames& frames, Pooling kind) {
  return pool(frames, {.kind = kind, .l2_normalize = false}).values[0];
}

TEST(Pool, MaxMedianAndGeneralisedMeanFollowTheirFormulas) {
  const Frames odd = make_row({-3, 1, 2});
  EXPECT_EQ(pooled(odd, Pooling::kMax), 2.0f);
  EXPECT_EQ(pooled(odd, Pooling::kMedian), 1.0f);
  EXPECT_NEAR(pooled(odd, Pooling::kGem), std::cbrt((-27.0 + 1.0 + 8.0) / 3.0), 1e-6);
  EXPECT_EQ(pooled(make_row({4, -1, 3, 0}), Pooling::kMedian), 1.5f);
  Frames nan = odd;
  nan.values[0] = std::numeric_limits<float>::quiet_NaN();
  for (const Pooling kind : {Pooling::kMax, Pooling::kMedian, Pooling::kGem})
    EXPECT_THROW(pool(nan, {.kind = kind}), InvalidArgument);
}

TEST(Pool, WeightsSayWhatCounts) {
  const Frames frames = make_row({1, 5, 9});
  const std::vector<float> weights{1, 0, 3};
  const PoolOptions options{.kind = Pooling::kMeanStd, .l2_normalize = false, .frame_weights = weights};
  const Embedding embedding = pool(frames, options);
  EXPECT_EQ(embedding.values[0], 7.0f);
  EXPECT_NEAR(embedding.values[1], std::sqrt((36.0 + 3 * 4.0) / 4.0), 1e-6);
  EXPECT_EQ(embedding.encoder_id.str(), "dummy/1+weighted_mean_std");
  for (const std::vector<float>& bad : {std::vector<float>{1, 1}, {0, 0, 0}, {1, -1, 1}, {1, 1, NAN}})
    EXPECT_THROW(pool(frames, {.kind = Pooling::kMean, .frame_weights = bad}), InvalidArgument);
  EXPECT_THROW(pool(frames, {.kind = Pooling::kMax, .frame_weights = weights}), InvalidArgument);
}

TEST(PoolSpans, MeanAndDeviationOfAnySpanAreThoseOfItsFramesAlone) {
  Frames frames = make_row({});
  for (int t = 0; t < 1000; ++t)
    frames.values.push_back(1e4f + std::sin(0.1f * static_cast<float>(t)));
  frames.num_frames = frames.values.size();
  std::vector<TimeSpan> spans;
  for (int start = 0; start < 900; start += 37)
    spans.push_back({static_cast<double>(start), start + 5.0 + start % 91});
  const PoolOptions options{.kind = Pooling::kMeanStd, .l2_normalize = false};
  const SpanEmbeddings embeddings = pool_spans(frames, spans, options);
  ASSERT_EQ(embeddings.values.size(), 2 * spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto first = static_cast<std::ptrdiff_t>(spans[i].start_seconds);
    const auto last = static_cast<std::ptrdiff_t>(spans[i].end_seconds);
    const Frames part = make_row({frames.values.begin() + first, frames.values.begin() + last});
    const Embedding expected = pool(part, options);
    EXPECT_NEAR(embeddings.values[2 * i], expected.values[0], 1e-3) << i;
    EXPECT_NEAR(embeddings.values[2 * i + 1], expected.values[1], 1e-4) << i;
  }
}

TEST(PoolSpans, ASpanWithoutFramesTakesTheNearest) {
  const Frames frames = make_row({1, 2, 3});
  const std::vector<TimeSpan> spans{{1.1, 1.2}, {-5, -4}, {100, 200}, {2, 2}};
  const SpanEmbeddings embeddings = pool_spans(frames, spans, {.kind = Pooling::kMean, .l2_normalize = false});
  EXPECT_EQ(embeddings.values, (std::vector<float>{2, 1, 3, 3}));
  EXPECT_EQ(embeddings.encoder_id.str(), "dummy/1+mean");
}

TEST(PoolSpans, RefusesWhatIsNoSpan) {
  Frames frames = make_row({1, 2, 3});
  for (const TimeSpan& bad : {TimeSpan{2, 1}, TimeSpan{NAN, 1}, TimeSpan{0, INFINITY}})
    EXPECT_THROW(pool_spans(frames, {&bad, 1}), InvalidArgument);
  const TimeSpan good{0, 1};
  EXPECT_THROW(pool_spans(frames, {&good, 1}, {.kind = Pooling::kTrack}), InvalidArgument);
  frames.hop_seconds = 0;
  EXPECT_THROW(pool_spans(frames, {&good, 1}), InvalidArgument);
}

TEST(WindowSpans, CoverTheFramesAndEndWithThem) {
  const Frames frames = make_row(std::vector<float>(23));
  const std::vector<TimeSpan> windows = window_spans(frames, {.window_seconds = 10, .hop_seconds = 5});
  ASSERT_EQ(windows.size(), 4u);
  EXPECT_EQ(windows[2].start_seconds, 10.0);
  EXPECT_EQ(windows[3].start_seconds, 13.0);
  EXPECT_EQ(windows[3].end_seconds, 23.0);
  const std::vector<TimeSpan> one = window_spans(make_row({1, 2}), {.window_seconds = 10, .hop_seconds = 5});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].end_seconds, 2.0);
  EXPECT_THROW(window_spans(frames, {.window_seconds = 0}), InvalidArgument);
  EXPECT_THROW(window_spans(frames, {.hop_seconds = NAN}), InvalidArgument);
}

TEST(FrameWeights, EnergyWeighsByPower) {
  const std::vector<float> levels{-10, -20, -INFINITY};
  const std::vector<float> weights = energy_weights(make_row({0, 0, 0, 0}), levels);
  EXPECT_FLOAT_EQ(weights[0], 1.0f);
  EXPECT_FLOAT_EQ(weights[1], 0.1f);
  EXPECT_EQ(weights[2], 0.0f);
  EXPECT_EQ(weights[3], 0.0f);
  EXPECT_EQ(energy_weights(make_row({0, 0}), {levels.data() + 2, 1}), (std::vector<float>{1, 1}));
}

TEST(FrameWeights, NoveltyWeighsWhereSomethingChanges) {
  std::vector<float> values(60, 0.0f);
  std::fill(values.begin() + 30, values.end(), 1.0f);
  const std::vector<float> weights = novelty_weights(make_row(values));
  const auto most = std::max_element(weights.begin(), weights.end()) - weights.begin();
  EXPECT_NEAR(static_cast<double>(most), 29.5, 1.0);
  EXPECT_LT(weights[5], 0.2f);
  EXPECT_EQ(novelty_weights(make_row({2, 2, 2})), (std::vector<float>{1, 1, 1}));
}

}  // namespace
}  // namespace mess
