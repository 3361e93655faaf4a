// SPDX-License-Identifier: MIT
#include "mess/moments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <thread>

#include "mess/error.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 10;
constexpr double kHop = 0.25;
constexpr std::size_t kFineSteps = 8;  // of a hop, at which the sound below is known

// A sound that changes smoothly, known at kFineSteps times per hop; frames are means over two hops.
class Sound {
 public:
  Sound(double seconds, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    const auto steps = static_cast<std::size_t>(seconds / kHop) * kFineSteps;
    std::vector<float> state(kDim);
    for (std::size_t i = 0; i < steps; ++i) {
      for (float& value : state)
        value = 0.9f * value + 0.44f * normal(random);
      values_.insert(values_.end(), state.begin(), state.end());
    }
  }

  double seconds() const { return static_cast<double>(values_.size()) / kDim * kHop / kFineSteps; }

  Frames frames(double begin_seconds = 0.0, double end_seconds = 1e9) const {
    const std::size_t first = step_at(begin_seconds);
    const std::size_t last = std::min(values_.size() / kDim, step_at(std::min(end_seconds, seconds())));
    Frames frames{.values = {},
                  .dim = kDim,
                  .hop_seconds = kHop,
                  .window_seconds = 2 * kHop,
                  .encoder_id = {.name = "dummy", .version = 1}};
    for (std::size_t step = first; step + 2 * kFineSteps <= last; step += kFineSteps) {
      for (std::size_t d = 0; d < kDim; ++d) {
        float sum = 0.0f;
        for (std::size_t i = 0; i < 2 * kFineSteps; ++i)
          sum += values_[(step + i) * kDim + d];
        frames.values.push_back(sum / (2 * kFineSteps));
      }
      ++frames.num_frames;
    }
    return frames;
  }

  Passage passage(double begin_seconds, double end_seconds, std::size_t num_phases = 4) const {
    Passage passage{.phases = {}, .duration_seconds = end_seconds - begin_seconds};
    for (std::size_t i = 0; i < num_phases; ++i)
      passage.phases.push_back(
          frames(begin_seconds + kHop * static_cast<double>(i) / static_cast<double>(num_phases), end_seconds));
    return passage;
  }

 private:
  static std::size_t step_at(double seconds) {
    return static_cast<std::size_t>(std::lround(seconds / kHop * kFineSteps));
  }
  std::vector<float> values_;
};

Frames slice(const Frames& frames, double begin_seconds, double end_seconds) {
  const auto first = static_cast<std::size_t>(begin_seconds / frames.hop_seconds);
  const auto last = std::min(frames.num_frames, static_cast<std::size_t>(std::ceil(end_seconds / frames.hop_seconds)));
  Frames part = frames;
  part.num_frames = first < last ? last - first : 0;
  part.values.clear();
  if (part.num_frames > 0)
    part.values.assign(frames.values.begin() + static_cast<std::ptrdiff_t>(first * frames.dim),
                       frames.values.begin() + static_cast<std::ptrdiff_t>(last * frames.dim));
  return part;
}

void add_noise(Frames& frames, float level, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (float& value : frames.values)
    value += level * normal(random);
}

TEST(AlignFrames, FindsAPassageBetweenTheFramesOfItsTrack) {
  const Sound sound(60, 1);
  const Frames track = sound.frames();
  for (const double begin : {0.0, 7.0, 20.0 + kHop / 8, 31.0 + 3 * kHop / 8, 44.0 + 7 * kHop / 8}) {
    const std::vector<Alignment> places = align_frames(sound.passage(begin, begin + 10.0), track);
    ASSERT_EQ(places.size(), 1u);
    EXPECT_NEAR(places[0].start_seconds, begin, 0.02);
    EXPECT_NEAR(places[0].end_seconds, begin + 10.0, 0.02);
    EXPECT_GT(places[0].score, 0.97f);
    EXPECT_TRUE(places[0].is_same_recording);
    EXPECT_EQ(places[0].query_start_seconds, 0.0);
  }
}

TEST(AlignFrames, OnePhaseIsRefinedByAParabola) {
  const Sound sound(60, 2);
  const double begin = 20.0 + kHop / 4;
  const Alignment place = align_frames(sound.passage(begin, begin + 10.0, 1), sound.frames())[0];
  EXPECT_NEAR(place.start_seconds, begin, 0.05);
}

TEST(AlignFrames, NoiseLowersTheScoreAndNotTheOffset) {
  const Sound sound(60, 3);
  Passage passage = sound.passage(30.0, 40.0);
  for (std::size_t i = 0; i < passage.phases.size(); ++i)
    add_noise(passage.phases[i], 0.3f, static_cast<unsigned>(i));
  const Alignment place = align_frames(passage, sound.frames())[0];
  EXPECT_NEAR(place.start_seconds, 30.0, 0.06);
  EXPECT_LT(place.score, 0.98f);
  EXPECT_TRUE(place.is_same_recording);
}

TEST(AlignFrames, AnotherSoundIsNotTheSameRecording) {
  const Alignment place = align_frames(Sound(20, 4).passage(5.0, 15.0), Sound(60, 5).frames())[0];
  EXPECT_FALSE(place.is_same_recording);
  EXPECT_LT(place.agreement, 0.5f);
}

TEST(AlignFrames, WhatComesTwiceIsFoundTwice) {
  const Sound sound(40, 6);
  const Frames once = sound.frames();
  Frames twice = once;
  twice.values.insert(twice.values.end(), once.values.begin(), once.values.end());
  twice.num_frames *= 2;
  const double second = static_cast<double>(once.num_frames) * kHop;
  const std::vector<Alignment> places =
      align_frames(Passage::from_frames(slice(once, 10.0, 20.0)), twice, {.max_results = 3});
  ASSERT_EQ(places.size(), 3u);
  EXPECT_NEAR(places[0].start_seconds, 10.0, 0.01);
  EXPECT_NEAR(places[1].start_seconds, 10.0 + second, 0.01);
  EXPECT_GT(places[1].score, 0.999f);
  EXPECT_LT(places[2].score, 0.7f);
}

TEST(AlignFrames, AClipLongerThanTheTrackSaysWhereTheTrackBeginsInIt) {
  const Sound sound(60, 7);
  const Frames track = sound.frames(20.0, 35.0);
  const Alignment place = align_frames(sound.passage(5.0, 55.0), track)[0];
  EXPECT_NEAR(place.query_start_seconds, 15.0, 0.02);
  EXPECT_EQ(place.start_seconds, 0.0);
  EXPECT_NEAR(place.end_seconds, 15.0, 0.02);
  EXPECT_GT(place.score, 0.97f);
}

TEST(AlignFrames, ATrackOfOneFrameAndAClipOfOneFrame) {
  const Sound sound(30, 8);
  const Frames one = slice(sound.frames(), 10.0, 10.0 + kHop);
  ASSERT_EQ(one.num_frames, 1u);
  const Alignment in_clip = align_frames(sound.passage(5.0, 15.0), one)[0];
  EXPECT_NEAR(in_clip.query_start_seconds, 5.0, 0.05);
  EXPECT_FALSE(in_clip.is_same_recording);
  const Alignment in_track = align_frames(Passage::from_frames(one), sound.frames())[0];
  EXPECT_NEAR(in_track.start_seconds, 10.0, 0.05);
  EXPECT_FALSE(align_frames(Passage::from_frames(one), one)[0].is_same_recording);
}

TEST(AlignFrames, SilenceIsNeverTheSameRecording) {
  Frames silence = Sound(20, 9).frames();
  std::fill(silence.values.begin(), silence.values.end(), 0.0f);
  const Alignment place = align_frames(Passage::from_frames(silence), silence)[0];
  EXPECT_EQ(place.score, 0.0f);
  EXPECT_FALSE(place.is_same_recording);
  std::fill(silence.values.begin(), silence.values.end(), 0.7f);
  const Alignment still = align_frames(Passage::from_frames(silence), silence)[0];
  EXPECT_NEAR(still.score, 1.0f, 1e-5f);
  EXPECT_FALSE(still.is_same_recording);
}

TEST(AlignFrames, ATrackOfHalfADayIsOneMoreTrack) {
  const Sound sound(12.5 * 3600, 15);
  const Frames track = sound.frames();
  const Alignment place = align_frames(sound.passage(40000.5, 40010.5), track)[0];
  EXPECT_NEAR(place.start_seconds, 40000.5, 0.02);
  EXPECT_TRUE(place.is_same_recording);
  MomentIndex index;
  index.add(7, track);
  const Moment found = index.find(sound.passage(40000.5, 40010.5),
                                  [&](std::int64_t, double begin, double end) { return slice(track, begin, end); })[0];
  EXPECT_NEAR(found.alignment.start_seconds, 40000.5, 0.02);
  EXPECT_THROW(align_frames(Passage::from_frames(track), track, {.any_tempo = true}), InvalidArgument);
}

// Every frame of a track read at `ratio` times the speed, between frames by a straight line.
Frames faster(const Frames& frames, double ratio) {
  Frames result = frames;
  result.values.clear();
  result.num_frames = 0;
  for (std::size_t i = 0;; ++i) {
    const double t = static_cast<double>(i) * ratio;
    if (t + 1.0 >= static_cast<double>(frames.num_frames))
      return result;
    const auto before = static_cast<std::size_t>(t);
    const auto share = static_cast<float>(t - std::floor(t));
    for (std::size_t d = 0; d < frames.dim; ++d)
      result.values.push_back((1.0f - share) * frames.row(before)[d] + share * frames.row(before + 1)[d]);
    ++result.num_frames;
  }
}

TEST(AlignFrames, FindsAPassageAtAnotherTempoWhenAsked) {
  const Frames track = Sound(80, 10).frames();
  for (const double ratio : {0.7, 1.25, 1.6}) {
    // Twelve seconds of the track from 30 s on, heard `ratio` times as fast.
    const Passage passage = Passage::from_frames(faster(slice(track, 30.0, 42.0), ratio));
    const Alignment bent = align_frames(passage, track, {.any_tempo = true})[0];
    EXPECT_NEAR(bent.start_seconds, 30.0, 0.6) << ratio;
    EXPECT_NEAR(bent.end_seconds, 42.0, 0.8) << ratio;
    EXPECT_NEAR(bent.tempo_ratio, 1.0 / ratio, 0.08) << ratio;
    EXPECT_FALSE(bent.is_same_recording);
    EXPECT_GT(bent.score, align_frames(passage, track)[0].score + 0.1f) << ratio;
  }
}

TEST(AlignFrames, AtTheSameTempoAnyTempoFindsTheSame) {
  const Sound sound(60, 11);
  const Alignment place = align_frames(sound.passage(20.1, 30.1), sound.frames(), {.any_tempo = true})[0];
  EXPECT_NEAR(place.start_seconds, 20.1, 0.03);
  EXPECT_EQ(place.tempo_ratio, 1.0);
  EXPECT_TRUE(place.is_same_recording);
}

TEST(AlignFrames, AScaleMakesFramesWithALargeMeanComparable) {
  const Sound sound(60, 12);
  const Sound other(60, 13);
  const auto lifted = [](Frames frames) {
    for (std::size_t i = 0; i < frames.values.size(); ++i)
      frames.values[i] = 100.0f + (i % kDim == 0 ? 50.0f : 1.0f) * frames.values[i];
    return frames;
  };
  const std::vector<Frames> all{lifted(sound.frames()), lifted(other.frames())};
  const std::vector<FramesView> views(all.begin(), all.end());
  const FrameScale scale = fit_frame_scale(views);
  const Passage passage = Passage::from_frames(lifted(sound.frames(20.0, 30.0)));
  EXPECT_GT(align_frames(passage, all[1])[0].score, 0.9f);
  EXPECT_LT(align_frames(passage, all[1], {.scale = &scale})[0].score, 0.7f);
  const Alignment found = align_frames(passage, all[0], {.scale = &scale})[0];
  EXPECT_NEAR(found.start_seconds, 20.0, 0.01);
  EXPECT_GT(found.score, 0.999f);
}

TEST(AlignFrames, RefusesBadFramesAndOptions) {
  const Sound sound(30, 14);
  const Frames track = sound.frames();
  const Passage passage = sound.passage(5.0, 15.0);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Frames broken = track;
    broken.values[17] = bad;
    EXPECT_THROW(align_frames(passage, broken), InvalidArgument);
    EXPECT_THROW(align_frames(Passage::from_frames(broken), track), InvalidArgument);
    EXPECT_THROW(MomentIndex().add(1, broken), InvalidArgument);
    const std::vector<FramesView> views{broken};
    EXPECT_THROW(fit_frame_scale(views), InvalidArgument);
  }
  Frames other = track;
  other.encoder_id.version = 2;
  EXPECT_THROW(align_frames(passage, other), InvalidArgument);
  other = track;
  other.hop_seconds = 0.5;
  EXPECT_THROW(align_frames(passage, other), InvalidArgument);
  other.hop_seconds = 0.0;
  EXPECT_THROW(align_frames(Passage::from_frames(other), other), InvalidArgument);
  other = track;
  other.num_frames = 0;
  other.values.clear();
  EXPECT_THROW(align_frames(passage, other), InvalidArgument);
  EXPECT_THROW(align_frames(Passage{}, track), InvalidArgument);
  EXPECT_THROW(align_frames(passage, track, {.max_results = 0}), InvalidArgument);
  EXPECT_THROW(align_frames(passage, track, {.min_separation_seconds = -1.0}), InvalidArgument);
  const FrameScale short_scale{.mean = {0.0f}, .deviation = {1.0f}};
  EXPECT_THROW(align_frames(passage, track, {.scale = &short_scale}), InvalidArgument);
  EXPECT_THROW(fit_frame_scale({}), InvalidArgument);
}

class Collection {
 public:
  explicit Collection(std::int64_t num_tracks) {
    for (std::int64_t id = 0; id < num_tracks; ++id) {
      sounds_.emplace(10 * id, Sound(40.0 + static_cast<double>(id), static_cast<unsigned>(100 + id)));
      frames_.emplace(10 * id, sounds_.at(10 * id).frames());
    }
  }
  MomentIndex index(const MomentIndexOptions& options = {}) const {
    MomentIndex index(options);
    for (const auto& [id, frames] : frames_)
      index.add(id, frames);
    return index;
  }
  FrameReader reader() const {
    return [this](std::int64_t id, double begin, double end) { return slice(frames_.at(id), begin, end); };
  }
  const Sound& sound(std::int64_t id) const { return sounds_.at(id); }
  const Frames& frames(std::int64_t id) const { return frames_.at(id); }

 private:
  std::map<std::int64_t, Sound> sounds_;
  std::map<std::int64_t, Frames> frames_;
};

TEST(MomentIndex, FindsTrackAndOffset) {
  const Collection collection(20);
  const MomentIndex index = collection.index();
  EXPECT_EQ(index.num_tracks(), 20u);
  for (const std::int64_t id : {0, 70, 190}) {
    for (const double begin : {0.0, 13.3, 29.5}) {
      const double start = std::round(begin / kHop * kFineSteps) * kHop / kFineSteps;
      const std::vector<Moment> moments =
          index.find(collection.sound(id).passage(start, start + 10.0), collection.reader());
      ASSERT_FALSE(moments.empty());
      EXPECT_EQ(moments[0].track_id, id);
      EXPECT_NEAR(moments[0].alignment.start_seconds, start, 0.02);
      EXPECT_TRUE(moments[0].alignment.is_same_recording);
      for (std::size_t i = 1; i < moments.size(); ++i) {
        EXPECT_FALSE(moments[i].alignment.is_same_recording);
        EXPECT_LE(moments[i].alignment.score, moments[i - 1].alignment.score);
      }
    }
  }
}

TEST(MomentIndex, ShortAndLongPassagesAreFoundToo) {
  const Collection collection(12);
  const MomentIndex index = collection.index();
  for (const double seconds : {2.0, 4.0, 25.0, 38.0}) {
    const Moment best = index.find(collection.sound(60).passage(6.5, 6.5 + seconds), collection.reader())[0];
    EXPECT_EQ(best.track_id, 60) << seconds;
    EXPECT_NEAR(best.alignment.start_seconds, 6.5, 0.05) << seconds;
  }
}

TEST(MomentIndex, TheExhaustiveSearchAgrees) {
  const Collection collection(15);
  const MomentIndex index = collection.index();
  for (std::int64_t id = 0; id < 150; id += 10) {
    const Passage passage = collection.sound(id).passage(12.0, 22.0);
    const Moment quick = index.find(passage, collection.reader(), {.k = 1})[0];
    const Moment all = index.find(passage, collection.reader(), {.k = 1, .num_proposals = 0})[0];
    EXPECT_EQ(quick.track_id, all.track_id);
    EXPECT_NEAR(quick.alignment.start_seconds, all.alignment.start_seconds, 1e-6);
  }
}

TEST(MomentIndex, LeavesOutTheOwnPassageAndKeepsToItsLimits) {
  const Collection collection(8);
  const MomentIndex index = collection.index();
  const Passage passage = collection.sound(30).passage(12.0, 22.0);
  const std::vector<Moment> moments = index.find(
      passage, collection.reader(),
      {.k = 20, .max_per_track = 2, .own = OwnPassage{.track_id = 30, .start_seconds = 12.0, .end_seconds = 22.0}});
  ASSERT_GT(moments.size(), 4u);
  std::map<std::int64_t, int> counts;
  for (const Moment& moment : moments) {
    EXPECT_LE(++counts[moment.track_id], 2);
    const bool is_own =
        moment.track_id == 30 && moment.alignment.start_seconds < 22.0 && moment.alignment.end_seconds > 12.0;
    EXPECT_FALSE(is_own);
  }
}

TEST(MomentIndex, TracksAreReplacedAndRemoved) {
  const Collection collection(6);
  MomentIndex index = collection.index();
  const std::size_t num_windows = index.num_windows();
  const Passage passage = collection.sound(20).passage(12.0, 22.0);
  index.add(20, slice(collection.frames(20), 0.0, 8.0));
  EXPECT_LT(index.num_windows(), num_windows);
  const std::vector<std::int64_t> gone{20, 777};
  EXPECT_EQ(index.remove(gone), 1u);
  EXPECT_EQ(index.track_ids(), (std::vector<std::int64_t>{0, 10, 30, 40, 50}));
  for (const Moment& moment : index.find(passage, collection.reader()))
    EXPECT_NE(moment.track_id, 20);
  index.add(20, collection.frames(20));
  EXPECT_EQ(index.num_windows(), num_windows);
  EXPECT_EQ(index.find(passage, collection.reader())[0].track_id, 20);
}

TEST(MomentIndex, IsSearchedWhileItChanges) {
  const Collection collection(8);
  MomentIndex index = collection.index();
  const Passage passage = collection.sound(30).passage(12.0, 22.0);
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int i = 0; i < 20; ++i) {
      index.remove(std::vector<std::int64_t>{0, 70});
      index.add(70, collection.frames(70));
      index.add(0, collection.frames(0));
    }
  });
  std::atomic<int> num_wrong = 0;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        num_wrong += index.find(passage, collection.reader())[0].track_id != 30;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(num_wrong, 0);
  EXPECT_EQ(index.num_tracks(), 8u);
}

TEST(MomentIndex, AnEmptyOneFindsNothing) {
  const Collection collection(1);
  MomentIndex index;
  EXPECT_EQ(index.encoder_id().name, "");
  EXPECT_TRUE(index.find(collection.sound(0).passage(0.0, 10.0), collection.reader()).empty());
  index.add(0, collection.frames(0));
  index.remove(std::vector<std::int64_t>{0});
  EXPECT_TRUE(index.find(collection.sound(0).passage(0.0, 10.0), collection.reader()).empty());
}

TEST(MomentIndex, RefusesBadOptionsAndFrames) {
  EXPECT_THROW(MomentIndex({.windows = {.window_seconds = 0.0, .hop_seconds = 5.0}}), InvalidArgument);
  EXPECT_THROW(MomentIndex({.windows = {.window_seconds = 5.0, .hop_seconds = 6.0}}), InvalidArgument);
  EXPECT_THROW(MomentIndex({.scale = {.mean = {1.0f}, .deviation = {0.0f}}}), InvalidArgument);
  const Collection collection(2);
  MomentIndex index = collection.index();
  EXPECT_THROW(index.add(-1, collection.frames(0)), InvalidArgument);
  Frames other = collection.frames(0);
  other.encoder_id.name = "another";
  EXPECT_THROW(index.add(5, other), InvalidArgument);
  const Passage passage = collection.sound(0).passage(0.0, 10.0);
  EXPECT_THROW(index.find(passage, collection.reader(), {.k = 0}), InvalidArgument);
  EXPECT_THROW(index.find(Passage::from_frames(other), collection.reader()), InvalidArgument);
  EXPECT_THROW(index.find(passage, [&](std::int64_t, double, double) { return other; }), InvalidArgument);
}

class MomentIndexFile : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    std::vector<FramesView> views;
    for (const std::int64_t id : collection_.index().track_ids())
      views.push_back(collection_.frames(id));
    collection_.index({.windows = {.window_seconds = 8.0, .hop_seconds = 4.0}, .scale = fit_frame_scale(views)})
        .save(path_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  Collection collection_{5};
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::path path_ = folder_ / "moments.messmom";
};

TEST_F(MomentIndexFile, ComesBackAsItWas) {
  MomentIndex loaded = MomentIndex::load(path_);
  EXPECT_EQ(loaded.track_ids(), (std::vector<std::int64_t>{0, 10, 20, 30, 40}));
  EXPECT_EQ(loaded.options().windows.hop_seconds, 4.0);
  EXPECT_EQ(loaded.options().scale.mean.size(), kDim);
  EXPECT_EQ(loaded.encoder_id().str(), "dummy/1");
  const Moment best = loaded.find(collection_.sound(30).passage(12.0, 22.0), collection_.reader())[0];
  EXPECT_EQ(best.track_id, 30);
  EXPECT_NEAR(best.alignment.start_seconds, 12.0, 0.02);
  loaded.remove(std::vector<std::int64_t>{30});
  loaded.save(path_);
  EXPECT_EQ(MomentIndex::load(path_).num_tracks(), 4u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(MomentIndexFile, AnyChangedByteOrLengthIsRefused) {
  const std::string sound = read();
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string changed = sound;
    const std::size_t at = i < 64 ? static_cast<std::size_t>(i) : random() % sound.size();
    changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
    write(changed);
    try {
      const MomentIndex loaded = MomentIndex::load(path_);
      // Between sections there are zeros that nothing reads.
      EXPECT_EQ(loaded.num_tracks(), 5u) << at;
      EXPECT_EQ(sound[at], '\0') << at;
    } catch (const FormatError& error) {
      EXPECT_NE(std::string(error.what()).find("moments.messmom"), std::string::npos) << error.what();
    }
  }
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{10}, std::size_t{64}, sound.size() / 2, sound.size() - 1}) {
    write(sound.substr(0, length));
    EXPECT_THROW(MomentIndex::load(path_), FormatError) << length;
  }
  write(sound + "x");
  EXPECT_THROW(MomentIndex::load(path_), FormatError);
  std::filesystem::remove(path_);
  EXPECT_THROW(MomentIndex::load(path_), Error);
}

TEST(EncodePassage, MakesPhasesThatFitBetweenFrames) {
  const auto encoder = make_encoder("dummy");
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> samples(8000 * 30);
  float level = 0.0f;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % 1000 == 0)
      level = 0.05f + 0.2f * std::abs(normal(random));
    samples[i] = level * normal(random) * 0.3f;
  }
  const Frames track = encoder->encode(AudioView(samples, 8000, 1));
  const double begin = 9.37;
  const auto first = static_cast<std::size_t>(begin * 8000);
  const AudioView clip(std::span<const float>(samples).subspan(first, std::size_t{8000} * 8), 8000, 1);
  const Passage passage = encode_passage(*encoder, clip);
  EXPECT_EQ(passage.phases.size(), 16u);
  EXPECT_DOUBLE_EQ(passage.duration_seconds, 8.0);
  const std::vector<FramesView> views{track};
  const FrameScale scale = fit_frame_scale(views);
  EXPECT_NEAR(align_frames(passage, track, {.scale = &scale})[0].start_seconds, begin, 0.08);
  EXPECT_EQ(encode_passage(*encoder, AudioView(std::span<const float>(samples).first(1), 8000, 1)).phases.size(), 1u);
  EXPECT_THROW(encode_passage(*encoder, clip, 0), InvalidArgument);
  EXPECT_THROW(encode_passage(*encoder, clip, 65), InvalidArgument);
  EXPECT_THROW(encode_passage(*encoder, AudioView({}, 8000, 1)), InvalidArgument);
}

}  // namespace
}  // namespace mess
