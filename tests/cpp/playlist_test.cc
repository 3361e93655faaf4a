// SPDX-License-Identifier: MIT
#include "mess/playlist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "mess/error.h"
#include "tests/cpp/playlist_media.h"

namespace mess {
namespace {

using Ids = std::vector<std::int64_t>;

// Points on the unit circle at the given degrees; nothing else is known.
class Circle {
 public:
  explicit Circle(const std::vector<double>& degrees) : vectors_(degrees.size()) {
    for (std::size_t i = 0; i < degrees.size(); ++i) {
      const double radians = degrees[i] * 3.14159265358979 / 180.0;
      vectors_[i] = {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
      PlaylistTrack track;
      track.id = static_cast<std::int64_t>(i);
      track.vector = vectors_[i];
      tracks_.push_back(track);
    }
  }
  std::vector<PlaylistTrack>& tracks() { return tracks_; }

 private:
  std::vector<std::array<float, 2>> vectors_;
  std::vector<PlaylistTrack> tracks_;
};

PlaylistOptions options_of(std::size_t length, std::int64_t first_id = -1) {
  PlaylistOptions options;
  options.length = length;
  options.first_id = first_id;
  return options;
}

std::vector<PlaylistTrack> picked(const std::vector<PlaylistTrack>& tracks, const Ids& ids) {
  std::vector<PlaylistTrack> result;
  for (const std::int64_t id : ids)
    result.push_back(tracks[static_cast<std::size_t>(id)]);
  return result;
}

std::size_t lacking_places(const std::vector<PlaylistTrack>& tracks, const PlaylistOptions& options) {
  std::size_t lacking = 0;
  for (std::size_t later = 0; later < tracks.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const std::size_t distance = later - earlier;
      if (distance <= options.artist_gap && tracks[later].artist == tracks[earlier].artist)
        lacking += options.artist_gap - distance + 1;
      if (distance <= options.album_gap && tracks[later].album == tracks[earlier].album)
        lacking += options.album_gap - distance + 1;
    }
  }
  return lacking;
}

TEST(Playlist, TakesTheShortestWayThroughAllTracks) {
  Circle circle({0, 50, 20, 90});
  const PlaylistOrder order = order_playlist(circle.tracks(), options_of(4, 0));
  EXPECT_EQ(ids_of(order), (Ids{0, 2, 1, 3}));
  EXPECT_TRUE(order.is_optimal);
}

TEST(Playlist, LooksFurtherThanTheNextTrack) {
  // The nearest first (1) would leave the far one (2) for the end, across the circle.
  Circle circle({0, 10, -30, 60});
  const PlaylistOrder order = order_playlist(circle.tracks(), options_of(4, 0));
  EXPECT_EQ(ids_of(order), (Ids{0, 2, 1, 3}));
  EXPECT_LT(order.flow.mean, order.greedy.mean);
}

TEST(Playlist, StopsAtLengthOrWhenCandidatesRunOut) {
  Circle circle({0, 50, 20, 90});
  EXPECT_EQ(order_playlist(circle.tracks(), options_of(2, 1)).steps.size(), 2u);
  EXPECT_EQ(order_playlist(circle.tracks(), options_of(40, 1)).steps.size(), 4u);
}

TEST(Playlist, CostsAddUpAndReasonsSayWhy) {
  Circle circle({0, 60});
  auto& tracks = circle.tracks();
  tracks[0].loudness_lufs = -14.0;
  tracks[1].loudness_lufs = -16.5;
  tracks[0].tempo = {120.0, 1.0};
  tracks[1].tempo = {63.0, 1.0};
  tracks[0].key = {0, false, 1.0};
  tracks[1].key = {7, false, 0.5};
  tracks[0].tail_level_dbfs = -20.0;
  tracks[1].head_level_dbfs = -26.0;
  const PlaylistStep step = order_playlist(tracks, options_of(2, 0)).steps[1];
  EXPECT_EQ(step.text, "cosine 0.50, tempo x1.05, fifth up, 2.5 LU quieter");
  EXPECT_NEAR(step.reasons.timbre_cost, 0.5, 1e-6);
  EXPECT_NEAR(step.reasons.tempo_cost, 0.15 * (std::log2(1.05) / std::log2(1.2) + 0.1), 1e-9);
  EXPECT_NEAR(step.reasons.key_cost, 0.1 / 6.0, 1e-9);  // half known, half as usual: the only pair is the usual one
  EXPECT_NEAR(step.reasons.loudness_cost, 0.025, 1e-9);
  EXPECT_NEAR(step.reasons.level_cost, 0.004 * 6.0, 1e-9);
  EXPECT_NEAR(step.cost,
              step.reasons.timbre_cost + step.reasons.tempo_cost + step.reasons.key_cost + step.reasons.loudness_cost +
                  step.reasons.level_cost,
              1e-6);
}

TEST(Playlist, ListensToTheTailBeforeAndTheHeadBehind) {
  Circle circle({0, 170, 90, 10});
  auto& tracks = circle.tracks();
  tracks[0].tail_vector = tracks[2].vector;  // ends like 2
  tracks[1].head_vector = tracks[2].vector;  // begins like 2, though it is far from 0
  EXPECT_EQ(ids_of(order_playlist(picked(tracks, {0, 1, 3}), options_of(2, 0))), (Ids{0, 1}));
}

TEST(Playlist, TheUnknownCostsWhatIsUsual) {
  Circle circle({0, 0, 0, 0});
  auto& tracks = circle.tracks();
  tracks[0].loudness_lufs = tracks[1].loudness_lufs = -10.0;
  tracks[2].loudness_lufs = -30.0;
  const Ids order = ids_of(order_playlist(tracks, options_of(4, 0)));
  EXPECT_EQ(order, (Ids{0, 1, 3, 2}));  // equal, unknown, far
}

TEST(Playlist, IsTheCheapestOfAllOrdersOfAFew) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomTracks made(7, seed, 3);
    PlaylistOptions options = options_of(5);
    options.artist_gap = seed % 4;
    options.album_gap = seed % 3;
    options.arc = static_cast<EnergyArc>(seed % 5);
    options.weights.relevance = 0.0;  // what describe_order() cannot know of tracks that were left out
    options.weights.arc = 0.0;
    options.weights.roughness = seed % 2 == 0 ? 0.0 : 1.0;
    const PlaylistOrder found = order_playlist(made.tracks(), options);
    ASSERT_TRUE(found.is_optimal);
    Ids ids{0, 1, 2, 3, 4, 5, 6};
    // Costs of the unknown depend on the candidates: they are taken from a description of all of them.
    const auto cost_of = [&](const Ids& order) {
      double cost = 0.0;
      for (std::size_t i = 1; i < 5; ++i) {
        Ids all{order[i - 1], order[i]};
        for (const std::int64_t other : ids) {
          if (other != order[i - 1] && other != order[i])
            all.push_back(other);
        }
        static std::map<std::pair<std::uint64_t, std::pair<std::int64_t, std::int64_t>>, double> known;
        const auto key = std::pair(seed, std::pair(order[i - 1], order[i]));
        if (!known.contains(key))
          known[key] = describe_order(picked(made.tracks(), all), options).steps[1].cost;
        cost += known[key] + options.weights.roughness * known[key] * known[key];
      }
      return cost;
    };
    double best = std::numeric_limits<double>::infinity();
    std::size_t fewest_broken = 1000;
    Ids order = ids;
    do {
      const Ids chosen(order.begin(), order.begin() + 5);
      const std::size_t broken = lacking_places(picked(made.tracks(), chosen), options);
      const double cost = cost_of(order);
      if (broken < fewest_broken || (broken == fewest_broken && cost < best)) {
        fewest_broken = broken;
        best = cost;
      }
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(found.gap_shortfall, fewest_broken) << seed;
    EXPECT_NEAR(found.total_cost, best, 1e-4) << seed;
  }
}

TEST(Playlist, TheSearchFindsWhatIsProvenBest) {
  // total_seconds turns the proof off and changes nothing else where all tracks are equally long.
  int num_equal = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomTracks made(12, seed, 6);
    for (PlaylistTrack& track : made.tracks())
      track.duration_seconds = 60.0;
    PlaylistOptions options = options_of(8);
    options.arc = EnergyArc::kPeak;
    const PlaylistOrder proven = order_playlist(made.tracks(), options);
    options.total_seconds = 8 * 60.0;
    const PlaylistOrder searched = order_playlist(made.tracks(), options);
    ASSERT_TRUE(proven.is_optimal);
    EXPECT_FALSE(searched.is_optimal);
    EXPECT_EQ(searched.gap_shortfall, proven.gap_shortfall) << seed;
    EXPECT_LE(searched.total_cost, 1.03 * proven.total_cost) << seed;
    num_equal += searched.total_cost < proven.total_cost + 1e-4;
  }
  EXPECT_GE(num_equal, 8);
}

TEST(Playlist, RulesHoldAmongManyCandidates) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    RandomTracks made(120, seed, 20);
    PlaylistOptions options = options_of(30, 5);
    options.last_id = 77;
    options.required_ids = {9, 100};
    options.artist_gap = 4;
    options.album_gap = 6;
    options.max_per_artist = 3;
    options.max_per_album = 2;
    options.seed = seed;
    const PlaylistOrder order = order_playlist(made.tracks(), options);
    const Ids ids = ids_of(order);
    ASSERT_EQ(ids.size(), 30u);
    EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), 30u);
    EXPECT_EQ(ids.front(), 5);
    EXPECT_EQ(ids.back(), 77);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), 9), 1);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), 100), 1);
    EXPECT_EQ(order.gap_shortfall, 0u);
    EXPECT_EQ(lacking_places(picked(made.tracks(), ids), options), 0u);
    std::map<std::string, int> of_artist;
    std::map<std::string, int> of_album;
    for (const PlaylistTrack& track : picked(made.tracks(), ids)) {
      EXPECT_LE(++of_artist[track.artist], 3);
      EXPECT_LE(++of_album[track.album], 2);
    }
  }
}

TEST(Playlist, LongerSearchNeverCostsMore) {
  RandomTracks made(80, 3);
  PlaylistOptions options = options_of(40);
  double before = std::numeric_limits<double>::infinity();
  for (const std::size_t iterations : {1, 100, 1'000, 10'000, 50'000, 200'000, 400'000}) {
    options.max_iterations = iterations;
    const double cost = order_playlist(made.tracks(), options).total_cost;
    EXPECT_LE(cost, before + 1e-6) << iterations;
    before = cost;
  }
}

TEST(Playlist, TheSameArgumentsGiveTheSameOrder) {
  RandomTracks made(80, 4);
  const PlaylistOptions options = options_of(40);
  EXPECT_EQ(ids_of(order_playlist(made.tracks(), options)), ids_of(order_playlist(made.tracks(), options)));
}

TEST(Playlist, ASearchStoppedByTimeIsFoundAgainByItsIterations) {
  RandomTracks made(300, 5);
  PlaylistOptions options = options_of(100);
  options.time_limit_seconds = 0.02;
  options.max_iterations = 1'000'000'000;
  const PlaylistOrder stopped = order_playlist(made.tracks(), options);
  ASSERT_TRUE(stopped.stopped_by_time);
  options.time_limit_seconds = 0.0;
  options.max_iterations = std::max<std::size_t>(1, stopped.num_iterations);
  EXPECT_EQ(ids_of(order_playlist(made.tracks(), options)), ids_of(stopped));
}

TEST(Playlist, FillsATimeAndPassesItByLittle) {
  RandomTracks made(200, 6);
  PlaylistOptions options = options_of(20);
  options.total_seconds = 3600.0;
  double seconds = 0.0;
  for (const PlaylistTrack& track : picked(made.tracks(), ids_of(order_playlist(made.tracks(), options))))
    seconds += track.duration_seconds;
  EXPECT_GE(seconds, 3600.0);
  EXPECT_LT(seconds, 3615.0);
  options.total_seconds = 1e9;
  EXPECT_EQ(order_playlist(made.tracks(), options).steps.size(), 200u);
}

TEST(Playlist, ArcsRiseAndFall) {
  Circle circle(std::vector<double>(11, 0.0));
  for (std::size_t i = 0; i < 11; ++i)
    circle.tracks()[i].intensity = static_cast<double>(i * 7 % 11);
  const auto intensities = [&](EnergyArc arc) {
    PlaylistOptions options = options_of(11);
    options.arc = arc;
    std::vector<double> found;
    for (const PlaylistTrack& track : picked(circle.tracks(), ids_of(order_playlist(circle.tracks(), options))))
      found.push_back(track.intensity);
    return found;
  };
  const auto build = intensities(EnergyArc::kBuild);
  EXPECT_TRUE(std::is_sorted(build.begin(), build.end()));
  const auto cool_down = intensities(EnergyArc::kCoolDown);
  EXPECT_TRUE(std::is_sorted(cool_down.rbegin(), cool_down.rend()));
  const auto peak = intensities(EnergyArc::kPeak);
  const auto top = std::max_element(peak.begin(), peak.end()) - peak.begin();
  EXPECT_GE(top, 5);
  EXPECT_LE(top, 9);
}

TEST(Playlist, APathLeadsEvenlyFromOneEndToTheOther) {
  Circle circle({0, 90, 17, 52, 71, 33, 180, -60, 120, 140, 200, 220, 250});
  PlaylistOptions options = options_of(6, 0);
  options.last_id = 1;
  options.is_path = true;
  EXPECT_EQ(ids_of(order_playlist(circle.tracks(), options)), (Ids{0, 2, 5, 3, 4, 1}));
}

TEST(Playlist, RelevanceWeighsAgainstFlow) {
  Circle circle({0, 5, 40});
  circle.tracks()[1].relevance = 0.0;
  PlaylistOptions options = options_of(2, 0);
  EXPECT_EQ(ids_of(order_playlist(circle.tracks(), options)), (Ids{0, 2}));
  options.weights.relevance = 0.1;
  EXPECT_EQ(ids_of(order_playlist(circle.tracks(), options)), (Ids{0, 1}));
}

TEST(Playlist, GapsThatCannotBeKeptAreBrokenAsLittleAsPossible) {
  Circle circle({0, 10, 60, 70});
  for (PlaylistTrack& track : circle.tracks())
    track.artist = "only one";
  const PlaylistOrder order = order_playlist(circle.tracks(), options_of(4, 0));
  EXPECT_EQ(order.steps.size(), 4u);
  EXPECT_EQ(order.gap_shortfall, 8u);  // 3 neighbours lack two places each, 2 pairs one
  circle.tracks()[1].artist = circle.tracks()[3].artist = "another";
  PlaylistOptions options = options_of(4, 0);
  options.artist_gap = 1;
  EXPECT_EQ(order_playlist(circle.tracks(), options).gap_shortfall, 0u);
}

TEST(Playlist, LimitsShortenAList) {
  RandomTracks made(40, 8, 3);
  PlaylistOptions options = options_of(40);
  options.max_per_artist = 2;
  EXPECT_EQ(order_playlist(made.tracks(), options).steps.size(), 6u);
  options.max_per_album = 1;
  EXPECT_EQ(order_playlist(made.tracks(), options).steps.size(), 6u);
}

TEST(Playlist, TiesGoToTheSmallerId) {
  Circle circle({0, 45, 45, 45});
  EXPECT_EQ(ids_of(order_playlist(circle.tracks(), options_of(4, 0))), (Ids{0, 1, 2, 3}));
}

TEST(Playlist, OneTrackIsAPlaylist) {
  Circle circle({0});
  const PlaylistOrder order = order_playlist(circle.tracks(), options_of(5));
  EXPECT_EQ(order.steps.size(), 1u);
  EXPECT_EQ(order.steps[0].text, "start");
  EXPECT_EQ(order.flow.worst, 0.0);
}

TEST(Playlist, RefusesBadInput) {
  Circle circle({0, 45});
  auto& tracks = circle.tracks();
  EXPECT_THROW(order_playlist({}, options_of(1)), InvalidArgument);
  EXPECT_THROW(order_playlist(tracks, options_of(2, 9)), InvalidArgument);
  EXPECT_THROW(order_playlist(tracks, options_of(0)), InvalidArgument);
  PlaylistOptions options = options_of(2);
  options.weights.loudness = -1.0;
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);
  options = options_of(2, 0);
  options.is_path = true;
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);
  options.last_id = 0;
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);
  options = options_of(1);
  options.required_ids = {0, 1};
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);
  options = options_of(2);
  options.total_seconds = 100.0;
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);  // no durations
  tracks[0].artist = tracks[1].artist = "one";
  options = options_of(2);
  options.required_ids = {0, 1};
  options.max_per_artist = 1;
  EXPECT_THROW(order_playlist(tracks, options), InvalidArgument);
  tracks[1].id = 0;
  EXPECT_THROW(order_playlist(tracks, options_of(2)), InvalidArgument);
  tracks[1].id = 1;
  tracks[1].vector = tracks[1].vector.first(1);
  EXPECT_THROW(order_playlist(tracks, options_of(2)), InvalidArgument);
}

TEST(Flow, TempoRatiosAreTakenAtTheNearestOctave) {
  EXPECT_NEAR(*octave_tempo_ratio({120, 1}, {126, 1}), 1.05, 1e-9);
  EXPECT_NEAR(*octave_tempo_ratio({120, 1}, {63, 1}), 1.05, 1e-9);
  EXPECT_NEAR(*octave_tempo_ratio({70, 1}, {140, 1}), 1.0, 1e-9);
  EXPECT_FALSE(octave_tempo_ratio({}, {140, 1}));
}

TEST(Flow, KeysAreNamedByTheirPlaceOnTheCircle) {
  const FlowKey c_major{0, false, 1};
  EXPECT_EQ(key_relation(c_major, {0, false, 1}), "same key");
  EXPECT_EQ(key_relation(c_major, {9, true, 1}), "relative key");
  EXPECT_EQ(key_relation(c_major, {7, false, 1}), "fifth up");
  EXPECT_EQ(key_relation(c_major, {5, false, 1}), "fifth down");
  EXPECT_EQ(key_relation(c_major, {0, true, 1}), "parallel key");
  EXPECT_EQ(key_relation(c_major, {6, false, 1}), "6 fifths apart");
  EXPECT_EQ(key_relation(c_major, {}), "");
  EXPECT_EQ(*fifths_between(c_major, {0, true, 1}), 3);
}

TEST(Flow, KeysAreReadByTheirNames) {
  const FlowKey key = parse_key("F# minor", 0.5);
  EXPECT_EQ(key.tonic_pitch_class, 6);
  EXPECT_TRUE(key.is_minor);
  EXPECT_EQ(key.confidence, 0.5);
  EXPECT_EQ(parse_key("", 1.0).tonic_pitch_class, -1);
  EXPECT_THROW(parse_key("H minor", 1.0), InvalidArgument);
  EXPECT_THROW(parse_key("C", 1.0), InvalidArgument);
}

TEST(Flow, LevelsAreThoseOfTheEdgesThatSound) {
  const std::vector<float> levels{-100, -30, -30, -10, -10, -20, -20, -100};
  const EdgeLevels edges = edge_levels(levels, 1.0, 7.0, 2.0);
  EXPECT_NEAR(edges.head_dbfs, -30.0, 1e-4);
  EXPECT_NEAR(edges.tail_dbfs, -20.0, 1e-4);
  EXPECT_TRUE(std::isnan(edge_levels({}, 0.0, 0.0).head_dbfs));
  EXPECT_THROW(edge_levels(levels, 0.0, 1.0, 0.0), InvalidArgument);
}

TEST(Flow, IntensityIsTheMeanOfWhatIsKnown) {
  EXPECT_NEAR(track_intensity(-18.0, 4.0, 0.5), 0.5, 1e-9);
  EXPECT_NEAR(track_intensity(std::nan(""), 8.0, std::nan("")), 1.0, 1e-9);
  EXPECT_TRUE(std::isnan(track_intensity(std::nan(""), std::nan(""), std::nan(""))));
}

}  // namespace
TEST(OrderPlaylist, RefusesNumbersThatCostsCannotHold) {
  const std::vector<float> vector{1.0f, 0.0f};
  std::vector<PlaylistTrack> tracks(16);
  for (std::size_t i = 0; i < tracks.size(); ++i)
    tracks[i] = {.id = static_cast<std::int64_t>(i) + (std::int64_t{1} << 62), .vector = vector};
  tracks[3].relevance = -1e40;
  EXPECT_THROW(order_playlist(tracks, {.length = 5}), InvalidArgument);
  tracks[3].relevance = 0.0;
  EXPECT_THROW(order_playlist(tracks, {.length = 5, .weights = {.timbre = 1e40}}), InvalidArgument);
  tracks[3].loudness_lufs = 1e30;
  EXPECT_THROW(order_playlist(tracks, {.length = 5}), InvalidArgument);
  tracks[3].loudness_lufs = -14.0;
  EXPECT_EQ(order_playlist(tracks, {.length = 5}).steps.size(), 5u);
}

}  // namespace mess
