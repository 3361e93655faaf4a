// SPDX-License-Identifier: MIT
#include "mess/playlist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "mess/error.h"

namespace mess {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Points on the unit circle at the given degrees.
class Circle {
 public:
  explicit Circle(const std::vector<double>& degrees) {
    for (const double degree : degrees) {
      const double radians = degree * 3.14159265358979 / 180.0;
      vectors_.push_back({static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))});
    }
    for (std::size_t i = 0; i < vectors_.size(); ++i) {
      tracks_.push_back(
          {.id = static_cast<std::int64_t>(i), .vector = vectors_[i], .loudness_lufs = kUnknown, .artist = {}});
    }
  }
  std::vector<PlaylistTrack>& tracks() { return tracks_; }

 private:
  std::vector<std::array<float, 2>> vectors_;
  std::vector<PlaylistTrack> tracks_;
};

std::vector<std::int64_t> ids(const std::vector<PlaylistStep>& steps) {
  std::vector<std::int64_t> result;
  for (const PlaylistStep& step : steps)
    result.push_back(step.id);
  return result;
}

TEST(Playlist, WalksToTheNearestTrackEachTime) {
  Circle circle({0, 50, 20, 90});
  EXPECT_EQ(ids(order_playlist(circle.tracks(), {.start_id = 0, .length = 4})),
            (std::vector<std::int64_t>{0, 2, 1, 3}));
}

TEST(Playlist, StopsAtLengthOrWhenCandidatesRunOut) {
  Circle circle({0, 50, 20, 90});
  EXPECT_EQ(order_playlist(circle.tracks(), {.start_id = 1, .length = 2}).size(), 2u);
  EXPECT_EQ(order_playlist(circle.tracks(), {.start_id = 1, .length = 40}).size(), 4u);
}

TEST(Playlist, CostAndReasonSayWhy) {
  Circle circle({0, 60});
  circle.tracks()[0].loudness_lufs = -14.0;
  circle.tracks()[1].loudness_lufs = -16.5;
  const auto steps = order_playlist(circle.tracks(), {.start_id = 0, .length = 2, .loudness_weight = 0.1});
  EXPECT_NEAR(steps[1].cost, 0.5 + 0.25, 1e-6);
  EXPECT_EQ(steps[1].reason, "cosine 0.50, 2.5 LU quieter");
  EXPECT_EQ(steps[0].cost, 0.0);
}

TEST(Playlist, PrefersASmallerJumpInLoudness) {
  Circle circle({0, 30, -31});
  circle.tracks()[0].loudness_lufs = -14.0;
  circle.tracks()[1].loudness_lufs = -30.0;
  circle.tracks()[2].loudness_lufs = -14.0;
  EXPECT_EQ(ids(order_playlist(circle.tracks(), {.start_id = 0, .length = 2})), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(ids(order_playlist(circle.tracks(), {.start_id = 0, .length = 2, .loudness_weight = 0.0})),
            (std::vector<std::int64_t>{0, 1}));
}

TEST(Playlist, KeepsAnArtistAwayUntilOthersAreUsedUp) {
  Circle circle({0, 10, 60, 70});
  circle.tracks()[0].artist = circle.tracks()[1].artist = "A";
  circle.tracks()[2].artist = circle.tracks()[3].artist = "B";
  EXPECT_EQ(ids(order_playlist(circle.tracks(), {.start_id = 0, .length = 4, .artist_gap = 1})),
            (std::vector<std::int64_t>{0, 2, 1, 3}));
}

TEST(Playlist, TiesGoToTheSmallerId) {
  Circle circle({0, 45, 45, 45});
  EXPECT_EQ(ids(order_playlist(circle.tracks(), {.start_id = 0, .length = 4})),
            (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST(Playlist, RefusesBadInput) {
  Circle circle({0, 45});
  EXPECT_THROW(order_playlist({}, {.start_id = 0}), InvalidArgument);
  EXPECT_THROW(order_playlist(circle.tracks(), {.start_id = 9}), InvalidArgument);
  EXPECT_THROW(order_playlist(circle.tracks(), {.start_id = 0, .length = 0}), InvalidArgument);
  EXPECT_THROW(order_playlist(circle.tracks(), {.start_id = 0, .loudness_weight = -1.0}), InvalidArgument);
  circle.tracks()[1].id = 0;
  EXPECT_THROW(order_playlist(circle.tracks(), {.start_id = 0}), InvalidArgument);
  circle.tracks()[1].id = 1;
  circle.tracks()[1].vector = circle.tracks()[1].vector.first(1);
  EXPECT_THROW(order_playlist(circle.tracks(), {.start_id = 0}), InvalidArgument);
}

}  // namespace
}  // namespace mess
