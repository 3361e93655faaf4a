// SPDX-License-Identifier: MIT
#include "mess/mix.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mess/error.h"

namespace mess {
namespace {

MixTrack track_of(double bpm, double seconds = 120.0, double first_beat_seconds = 0.5) {
  MixTrack track;
  track.path = "track.flac";
  track.duration_seconds = track.sounding_end_seconds = seconds;
  track.loudness_lufs = -12.0;
  track.beats_per_bar = 4;
  for (int i = 0; first_beat_seconds + i * 60.0 / bpm < seconds; ++i) {
    track.beats_seconds.push_back(first_beat_seconds + i * 60.0 / bpm);
    if (i % 4 == 0)
      track.downbeats_seconds.push_back(track.beats_seconds.back());
  }
  return track;
}

TEST(Mix, BeatsOfBothTracksFallTogetherInThePlan) {
  for (const double bpm : {120.0, 124.0, 112.0, 62.0, 240.0}) {
    const std::vector<MixTrack> tracks{track_of(120.0), track_of(bpm)};
    const MixPlan plan = plan_mix(tracks);
    const Transition& entry = *plan.pieces[1].entry;
    ASSERT_EQ(entry.tier, TransitionTier::kBeatMatch) << bpm;
    EXPECT_EQ(entry.bars, 8);
    EXPECT_NEAR(entry.overlap_seconds, 8 * 4 * 0.5, 1e-9);
    // Every beat of the slower one meets one of the faster.
    const std::vector<double>& slower = bpm < 100.0 ? tracks[1].beats_seconds : tracks[0].beats_seconds;
    const std::size_t own = bpm < 100.0 ? 1 : 0;
    for (const double beat : slower) {
      const double time = mix_time(plan.pieces[own], beat);
      if (time < plan.pieces[1].start_seconds - 1e-6 || time > plan.pieces[0].end_seconds)
        continue;
      double nearest = 1e9;
      for (const double other : tracks[1 - own].beats_seconds)
        nearest = std::min(nearest, std::abs(mix_time(plan.pieces[1 - own], other) - time));
      EXPECT_LT(nearest, 1e-6) << bpm;
    }
  }
}

TEST(Mix, TheFurtherTempiAreApartTheShorterTheOverlap) {
  const auto bars = [](double bpm, int max_bars = 16) {
    const std::vector<MixTrack> tracks{track_of(120.0, 240.0), track_of(bpm, 240.0)};
    MixOptions options;
    options.max_bars = max_bars;
    return plan_mix(tracks, options).pieces[1].entry->bars;
  };
  EXPECT_EQ(bars(120.0), 16);
  EXPECT_EQ(bars(120.0, 8), 8);
  EXPECT_EQ(bars(129.0), 16);
  EXPECT_EQ(bars(133.0), 4);
  EXPECT_EQ(bars(142.0), 2);
  EXPECT_EQ(bars(150.0), 0);
}

TEST(Mix, SecondsOfTheFileAndOfTheMixAgreeThereAndBack) {
  const std::vector<MixTrack> tracks{track_of(120.0), track_of(126.0)};
  const MixPlan plan = plan_mix(tracks);
  const MixPiece& piece = plan.pieces[1];
  double before = -1.0;
  for (double second = piece.source_start_seconds; second < piece.source_end_seconds; second += 0.25) {
    const double time = mix_time(piece, second);
    EXPECT_GT(time, before);
    before = time;
  }
  EXPECT_NEAR(mix_time(piece, piece.source_start_seconds), piece.start_seconds, 1e-9);
  EXPECT_NEAR(mix_time(piece, piece.source_end_seconds), piece.end_seconds, 1e-9);
  // Behind the return it runs at its own tempo.
  EXPECT_NEAR(mix_time(piece, 100.0) - mix_time(piece, 90.0), 10.0, 1e-9);
}

TEST(Mix, ALongIntroOrEndIsNotCutOff) {
  const std::vector<MixTrack> late{track_of(120.0), track_of(120.0, 120.0, 9.0)};
  EXPECT_EQ(plan_mix(late).pieces[1].entry->tier, TransitionTier::kCold);
  std::vector<MixTrack> open{track_of(120.0), track_of(120.0)};
  open[0].fade_out_seconds = 116.0;
  open[0].beats_seconds.resize(180);  // nothing to hear of them behind 90 s
  open[0].downbeats_seconds.clear();
  const Transition faded = *plan_mix(open, {.max_bars = 0}).pieces[1].entry;
  EXPECT_EQ(faded.tier, TransitionTier::kFade);
  EXPECT_NEAR(faded.overlap_seconds, 4.0, 1e-9);
}

TEST(Mix, GainsReachTheTargetButNoFurtherThanAllowed) {
  std::vector<MixTrack> tracks{track_of(120.0), track_of(120.0), track_of(120.0)};
  tracks[1].loudness_lufs = -60.0;
  tracks[2].loudness_lufs = std::nan("");
  const MixPlan plan = plan_mix(tracks);
  EXPECT_NEAR(plan.pieces[0].gain_db, -4.0, 1e-9);
  EXPECT_NEAR(plan.pieces[1].gain_db, 20.0, 1e-9);
  EXPECT_NEAR(plan.pieces[2].gain_db, 0.0, 1e-9);
}

TEST(Mix, ACueSheetCountsFramesOfASeventyFifth) {
  std::vector<MixTrack> tracks{track_of(120.0)};
  tracks[0].title = "A \"b\"\nc";
  const MixPlan plan = plan_mix(tracks);
  EXPECT_EQ(cue_sheet(plan, "m.mp3"),
            "FILE \"m.mp3\" MP3\n  TRACK 01 AUDIO\n    TITLE \"A 'b' c\"\n    INDEX 01 00:00:00\n");
}

TEST(Mix, RefusesBadInput) {
  EXPECT_THROW(plan_mix({}), InvalidArgument);
  std::vector<MixTrack> tracks{track_of(120.0)};
  EXPECT_THROW(plan_mix(tracks, {.fade_seconds = -1.0}), InvalidArgument);
  tracks[0].beats_seconds = {2.0, 1.0};
  EXPECT_THROW(plan_mix(tracks), InvalidArgument);
  tracks[0] = track_of(120.0);
  tracks[0].sounding_start_seconds = tracks[0].sounding_end_seconds;
  EXPECT_THROW(plan_mix(tracks), InvalidArgument);
  EXPECT_THROW(render_mix({}, "x.flac"), InvalidArgument);
}

}  // namespace
}  // namespace mess
