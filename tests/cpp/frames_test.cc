// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <thread>

#include "mess/error.h"
#include "mess/frame_store.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 5;
constexpr double kHop = 0.5;

Frames frames_of(std::size_t count, float first, std::size_t dim = kDim) {
  Frames frames{.values = std::vector<float>(count * dim),
                .num_frames = count,
                .dim = dim,
                .hop_seconds = kHop,
                .window_seconds = 1.0,
                .encoder_id = {"dummy", 1}};
  for (std::size_t i = 0; i < frames.values.size(); ++i)
    frames.values[i] = first + static_cast<float>(i % 200);
  return frames;
}

class FrameStoreTest : public testing::Test {
 protected:
  ~FrameStoreTest() override { std::filesystem::remove_all(folder_); }

  FrameStore store(const FrameStoreOptions& options = {}) const { return FrameStore::open(folder_, options); }
  std::vector<std::filesystem::path> shards() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() == ".messframes")
        found.push_back(entry.path());
    }
    return found;
  }
  static void flip_last_byte(const std::filesystem::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-1, std::ios::end);
    const int last = file.get();
    file.seekp(-1, std::ios::end);
    file.put(static_cast<char>(last ^ 0x55));
  }
  template <typename Failure>
  static std::string message_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Failure& failure) {
      return failure.what();
    }
    ADD_FAILURE() << "expected an error";
    return {};
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("frame-store-" + std::to_string(::getpid()));
};

TEST_F(FrameStoreTest, GivesBackWhatWasAddedAndKeepsItOnDisk) {
  const Frames added = frames_of(9, 3.0f);
  store().add(12, added);
  const FrameStore reopened = store({.read_only = true});
  EXPECT_EQ(reopened.ids(), (std::vector<std::int64_t>{12}));
  EXPECT_TRUE(reopened.contains(12));
  EXPECT_FALSE(reopened.contains(11));
  EXPECT_EQ(reopened.num_frames(12), 9u);
  EXPECT_EQ(reopened.encoder_id().str(), "dummy/1");
  EXPECT_EQ(reopened.hop_seconds(), kHop);
  const Frames read = reopened.read(12);
  EXPECT_EQ(read.values, added.values) << "small integers are exact in half precision";
  EXPECT_EQ(read.num_frames, added.num_frames);
  EXPECT_EQ(read.dim, added.dim);
  EXPECT_EQ(read.window_seconds, added.window_seconds);
  EXPECT_EQ(read.encoder_id, added.encoder_id);
}

TEST_F(FrameStoreTest, ReadsTheFramesThatOverlapARange) {
  FrameStore frames = store();
  frames.add(1, frames_of(10, 0.0f));
  const auto range = [&frames](double begin, double end) {
    const StoredFrames view = frames.view(1, begin, end);
    return std::pair(view.first_frame, view.first_frame + view.num_frames);
  };
  EXPECT_EQ(range(0.0, FrameStore::kToTheEnd), std::pair(std::size_t{0}, std::size_t{10}));
  EXPECT_EQ(range(1.0, 2.0), std::pair(std::size_t{2}, std::size_t{4}));
  EXPECT_EQ(range(1.1, 1.2), std::pair(std::size_t{2}, std::size_t{3}));
  EXPECT_EQ(range(1.4, 1.6), std::pair(std::size_t{2}, std::size_t{4}));
  EXPECT_EQ(range(4.9, 900.0), std::pair(std::size_t{9}, std::size_t{10}));
  EXPECT_EQ(range(3 * 0.1 / 0.3 * kHop, 1.5), std::pair(std::size_t{1}, std::size_t{3})) << "rounding does not count";
  const std::vector<float> all = frames_of(10, 0.0f).values;
  EXPECT_EQ(frames.read(1, 1.0, 2.0).values, std::vector<float>(all.begin() + 10, all.begin() + 20));
}

TEST_F(FrameStoreTest, RefusesRangesOutsideATrackAndUnknownTracks) {
  FrameStore frames = store();
  frames.add(7, frames_of(10, 0.0f));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [begin, end] : std::vector<std::pair<double, double>>{
           {-0.1, 1.0}, {5.0, 6.0}, {1e300, FrameStore::kToTheEnd}, {2.0, 2.0}, {2.0, 1.0}, {nan, 1.0}, {0.0, nan}}) {
    EXPECT_NE(message_of<InvalidArgument>([&] { frames.read(7, begin, end); }).find("track 7"), std::string::npos);
  }
  EXPECT_NE(message_of<InvalidArgument>([&] { frames.read(7, 5.0); }).find("its end at 5.0"), std::string::npos);
  EXPECT_THROW(frames.read(8), IndexError);
  EXPECT_THROW(frames.view(8), IndexError);
  EXPECT_THROW(frames.num_frames(-1), IndexError);
}

TEST_F(FrameStoreTest, KeepsTracksWithoutFramesAndOfOneFrame) {
  FrameStore frames = store();
  frames.add(1, frames_of(0, 0.0f));
  frames.add(2, frames_of(1, 8.0f));
  EXPECT_EQ(frames.num_frames(1), 0u);
  EXPECT_TRUE(frames.read(1).values.empty());
  EXPECT_THROW(frames.read(1, 0.5), InvalidArgument);
  EXPECT_EQ(frames.read(2).values, frames_of(1, 8.0f).values);
  EXPECT_EQ(frames.read(2, 0.2, 0.3).num_frames, 1u);
  frames.compact();
  EXPECT_EQ(store().ids(), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(FrameStoreTest, KeepsATrackOfThirteenHours) {
  const std::size_t count = 13 * 3600 * 10;
  Frames day = frames_of(count, 0.0f, 4);
  day.hop_seconds = 0.1;
  for (std::size_t t = 0; t < count; ++t)
    day.values[t * 4] = static_cast<float>(t % 2048);
  store().add(1, day);
  const FrameStore frames = store();
  const Frames late = frames.read(1, 12.5 * 3600, 12.5 * 3600 + 10);
  EXPECT_EQ(late.num_frames, 100u);
  EXPECT_EQ(late.values[0], static_cast<float>((12 * 36000 + 18000) % 2048));
  EXPECT_EQ(frames.read(1).values, day.values);
}

TEST_F(FrameStoreTest, RefusesWhatDoesNotFitNamingTheTrack) {
  FrameStore frames = store();
  frames.add(1, frames_of(3, 0.0f));
  Frames bad = frames_of(3, 0.0f);
  bad.values[11] = std::numeric_limits<float>::quiet_NaN();
  const auto refusal = [&frames](std::int64_t id, const Frames& found) {
    return message_of<InvalidArgument>([&] { frames.add(id, found); });
  };
  EXPECT_NE(refusal(42, bad).find("track 42: expected finite values"), std::string::npos);
  EXPECT_NE(refusal(42, bad).find("frame 2"), std::string::npos);
  bad.values[11] = std::numeric_limits<float>::infinity();
  EXPECT_NE(refusal(42, bad).find("inf in frame 2"), std::string::npos);
  bad.values[11] = 65505.0f;
  EXPECT_NE(refusal(42, bad).find("65504"), std::string::npos);
  EXPECT_NE(refusal(-1, frames_of(3, 0.0f)).find("at least 0"), std::string::npos);
  EXPECT_NE(refusal(1, frames_of(3, 0.0f)).find("a new id"), std::string::npos);
  EXPECT_NE(refusal(2, frames_of(3, 0.0f, 6)).find("expected 5 values of dummy/1"), std::string::npos);
  Frames other = frames_of(3, 0.0f);
  other.hop_seconds = 0.25;
  EXPECT_NE(refusal(2, other).find("every 0.25"), std::string::npos);
  other = frames_of(3, 0.0f);
  other.encoder_id.version = 2;
  EXPECT_NE(refusal(2, other).find("dummy/2"), std::string::npos);
  other.encoder_id.pooling = "mean";
  EXPECT_NE(refusal(2, other).find("expected frames of an encoder"), std::string::npos);
  other = frames_of(3, 0.0f);
  other.values.pop_back();
  EXPECT_NE(refusal(2, other).find("track 2"), std::string::npos);
  other = frames_of(3, 0.0f);
  other.hop_seconds = 0.0;
  EXPECT_NE(refusal(2, other).find("hop"), std::string::npos);
  EXPECT_EQ(store().ids(), (std::vector<std::int64_t>{1})) << "nothing was written";
}

TEST_F(FrameStoreTest, AddsManyTracksOrNone) {
  FrameStore frames = store();
  const Frames a = frames_of(3, 1.0f);
  const Frames b = frames_of(4, 2.0f);
  const std::vector<FramesView> both{a, b};
  EXPECT_THROW(frames.add(std::vector<std::int64_t>{5, 5}, both), InvalidArgument);
  EXPECT_THROW(frames.add(std::vector<std::int64_t>{5}, both), InvalidArgument);
  EXPECT_EQ(frames.size(), 0u);
  frames.add(std::vector<std::int64_t>{9, 5}, both);
  EXPECT_EQ(frames.ids(), (std::vector<std::int64_t>{5, 9}));
  EXPECT_EQ(frames.read(9).values, a.values);
  EXPECT_THROW(frames.add(std::vector<std::int64_t>{6, 5}, both), InvalidArgument);
  EXPECT_FALSE(frames.contains(6));
  EXPECT_EQ(frames.update(std::vector<std::int64_t>{6, 9}, both), 1u);
  EXPECT_EQ(frames.read(9).values, b.values);
  EXPECT_EQ(frames.info().num_frames, 11u);
  EXPECT_EQ(frames.info().removed_bytes, 3 * kDim * 2);
}

TEST_F(FrameStoreTest, RemovesAndTakesOtherFramesOnceItIsEmpty) {
  FrameStore frames = store();
  frames.add(1, frames_of(3, 0.0f));
  frames.add(2, frames_of(3, 0.0f));
  EXPECT_EQ(frames.remove(std::vector<std::int64_t>{2, 2, 99}), 1u);
  EXPECT_EQ(frames.ids(), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(frames.remove(std::vector<std::int64_t>{1}), 1u);
  EXPECT_EQ(frames.remove(std::vector<std::int64_t>{1}), 0u);
  EXPECT_EQ(frames.encoder_id(), EncoderId());
  EXPECT_TRUE(shards().empty());
  frames.add(3, frames_of(2, 0.0f, 7));
  EXPECT_EQ(store().info().dim, 7u);
}

TEST_F(FrameStoreTest, MergesSmallShardsByItselfAndCompacts) {
  FrameStore frames = store();
  for (std::int64_t id = 0; id < 40; ++id)
    frames.add(id, frames_of(4, static_cast<float>(id)));
  EXPECT_LT(shards().size(), 8u);
  frames.remove(std::vector<std::int64_t>{0, 1, 2, 39});
  frames.compact();
  EXPECT_EQ(shards().size(), 1u);
  EXPECT_EQ(frames.info().removed_bytes, 0u);
  const FrameStore reopened = store();
  reopened.verify();
  for (std::int64_t id = 3; id < 39; ++id)
    EXPECT_EQ(reopened.read(id).values, frames_of(4, static_cast<float>(id)).values);
}

TEST_F(FrameStoreTest, LeavesLargeShardsAlone) {
  FrameStore frames = store({.shard_bytes = 1});
  for (std::int64_t id = 0; id < 12; ++id)
    frames.add(id, frames_of(4, 0.0f));
  frames.compact();
  EXPECT_EQ(shards().size(), 12u);
  frames.update(std::vector<std::int64_t>{3}, std::vector<FramesView>{frames_of(9, 1.0f)});
  EXPECT_EQ(shards().size(), 12u) << "the emptied shard is gone";
  EXPECT_EQ(frames.read(3).num_frames, 9u);
}

TEST_F(FrameStoreTest, AReaderKeepsItsShardsUntilItLooksAgain) {
  FrameStore writer = store();
  writer.add(1, frames_of(4, 1.0f));
  FrameStore reader = store({.read_only = true});
  const StoredFrames held = reader.view(1);
  writer.update(std::vector<std::int64_t>{1}, std::vector<FramesView>{frames_of(4, 9.0f)});
  writer.add(2, frames_of(1, 0.0f));
  writer.compact();
  EXPECT_EQ(reader.read(1).values, frames_of(4, 1.0f).values);
  EXPECT_FALSE(reader.contains(2));
  EXPECT_TRUE(reader.refresh());
  EXPECT_FALSE(reader.refresh());
  EXPECT_EQ(reader.read(1).values, frames_of(4, 9.0f).values);
  std::vector<float> values(4 * kDim);
  held.copy_to(values);
  EXPECT_EQ(values, frames_of(4, 1.0f).values) << "a view outlives its shard's file";
  EXPECT_THROW(held.copy_to(std::span(values).first(3)), InvalidArgument);
  EXPECT_THROW(reader.add(3, frames_of(1, 0.0f)), IndexError);
  EXPECT_THROW(FrameStore::open(folder_ / "none", {.read_only = true}), FormatError);
}

TEST_F(FrameStoreTest, StoragesRoundAsTheySay) {
  Frames frames = frames_of(3, 0.0f);
  for (std::size_t i = 0; i < frames.values.size(); ++i)
    frames.values[i] = std::sin(static_cast<float>(i) * 1.7f) * 3.0f;
  std::fill_n(frames.values.begin() + kDim, kDim, 0.0f);
  frames.values[kDim] = 1e-41f;  // a scale that has no inverse
  for (const auto& [storage, tolerance] : std::vector<std::pair<FrameStorage, double>>{
           {FrameStorage::kFloat32, 0.0}, {FrameStorage::kFloat16, 3.0 / 2048}, {FrameStorage::kInt8, 3.0 / 254}}) {
    std::filesystem::remove_all(folder_);
    store({.storage = storage}).add(1, frames);
    EXPECT_EQ(store().info().storage, storage) << "a store keeps its own";
    const Frames read = store().read(1);
    for (std::size_t i = 0; i < read.values.size(); ++i)
      EXPECT_NEAR(read.values[i], frames.values[i], tolerance) << to_string(storage) << " " << i;
    EXPECT_EQ(parse_frame_storage(to_string(storage)), storage);
  }
  EXPECT_THROW(parse_frame_storage("float64"), InvalidArgument);
}

TEST_F(FrameStoreTest, FindsDamageWhereItIsReadAndNamesIt) {
  const std::size_t count = 3 * 32768 / (2 * kDim);
  FrameStore writer = store();
  writer.add(1, frames_of(count, 0.0f));
  flip_last_byte(shards().front());
  const FrameStore frames = store();
  EXPECT_EQ(frames.read(1, 0.0, 10.0).num_frames, 20u) << "another block";
  const auto expect_named = [](const std::string& text) {
    EXPECT_NE(text.find("shard-00000001.messframes: section rows"), std::string::npos) << text;
  };
  const std::string text = message_of<FormatError>([&] { frames.read(1); });
  expect_named(text);
  EXPECT_NE(text.find("track 1"), std::string::npos);
  expect_named(message_of<FormatError>([&] { frames.view(1, static_cast<double>(count - 1) * kHop); }));
  expect_named(message_of<FormatError>([&] { frames.verify(); }));
  writer.add(2, frames_of(1, 0.0f));
  EXPECT_EQ(store().size(), 2u) << "damage elsewhere keeps nobody from adding";
  expect_named(message_of<FormatError>([&] { store().compact(); }));
}

TEST_F(FrameStoreTest, NoticesAnotherShardUnderAName) {
  store().add(1, frames_of(4, 1.0f));
  const std::filesystem::path shard = shards().front();
  std::filesystem::copy_file(shard, folder_ / "kept");
  std::filesystem::remove(folder_ / "MANIFEST");
  store().add(1, frames_of(4, 2.0f));
  std::filesystem::rename(folder_ / "kept", shard);
  EXPECT_NE(message_of<FormatError>([&] { store(); }).find("found another"), std::string::npos);
}

TEST_F(FrameStoreTest, ClearsAwayWhatADeadWriterLeft) {
  FrameStore frames = store();
  frames.add(1, frames_of(1, 0.0f));
  std::ofstream(folder_ / ".mess.abcdef") << "half";
  std::ofstream(folder_ / "shard-00000077.messframes") << "half";
  frames.add(2, frames_of(1, 0.0f));
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".mess.abcdef"));
  EXPECT_EQ(shards().size(), 2u);
}

TEST_F(FrameStoreTest, ReadersAndAWriterShareAStore) {
  FrameStore frames = store();
  frames.add(0, frames_of(4, 0.0f));
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&frames](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const std::int64_t id : frames.ids())
          EXPECT_EQ(frames.read(id).values[0], static_cast<float>(id));
        frames.refresh();
      }
    });
  }
  for (std::int64_t id = 1; id < 30; ++id)
    frames.add(id, frames_of(4, static_cast<float>(id)));
  frames.compact();
  readers.clear();
  EXPECT_EQ(store().size(), 30u);
}

}  // namespace
}  // namespace mess
