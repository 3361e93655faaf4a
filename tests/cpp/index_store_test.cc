// SPDX-License-Identifier: MIT
#include "mess/index_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "mess/error.h"

namespace mess {
namespace {

class IndexStoreTest : public testing::Test {
 protected:
  ~IndexStoreTest() override { std::filesystem::remove_all(folder_); }

  static VectorIndex index_of(float value) {
    VectorIndex index(2, {.spec = "flat"});
    index.add(std::vector<std::int64_t>{1}, std::vector<float>{value, value});
    return index;
  }
  static float value_of(const VectorIndex& index) { return index.vector(1)[0]; }

  void damage(const std::filesystem::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-1, std::ios::end);
    file.put('\x55');
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("index-store-" + std::to_string(::getpid()));
};

TEST_F(IndexStoreTest, PublishesOpensAndRollsBack) {
  IndexStore store(folder_, 3);
  EXPECT_EQ(store.current(), 0u);
  EXPECT_THROW(store.open_current(), FormatError);
  EXPECT_THROW(store.rollback(), IndexError);
  for (int generation = 1; generation <= 5; ++generation)
    EXPECT_EQ(store.publish(index_of(static_cast<float>(generation))), static_cast<std::uint64_t>(generation));
  EXPECT_EQ(store.generations(), (std::vector<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(value_of(store.open_current()), 5.0f);
  EXPECT_EQ(store.rollback(), 4u);
  EXPECT_EQ(value_of(store.open_current()), 4.0f);
  EXPECT_EQ(store.publish(index_of(6)), 6u);
  EXPECT_EQ(store.rollback(), 4u) << "what was rolled back does not come again";
}

TEST_F(IndexStoreTest, AnOpenGenerationStaysWholeWhenItsFileGoes) {
  IndexStore store(folder_, 1);
  store.publish(index_of(1));
  const VectorIndex open = store.open_current();
  store.publish(index_of(2));
  EXPECT_FALSE(std::filesystem::exists(store.path_of(1)));
  EXPECT_EQ(value_of(open), 1.0f);
  EXPECT_EQ(value_of(store.open_current()), 2.0f);
}

TEST_F(IndexStoreTest, RollsBackPastDamage) {
  IndexStore store(folder_, 3);
  for (int generation = 1; generation <= 3; ++generation)
    store.publish(index_of(static_cast<float>(generation)));
  damage(store.path_of(3));
  damage(store.path_of(2));
  EXPECT_THROW(store.open_current(), FormatError);
  EXPECT_EQ(store.rollback(), 1u);
  damage(folder_ / "CURRENT");
  EXPECT_THROW(store.current(), FormatError);
  EXPECT_EQ(store.rollback(), 1u) << "the newest sound one";
  EXPECT_EQ(store.publish(index_of(4)), 4u);
}

TEST_F(IndexStoreTest, PublishingOverADamagedPointerKeepsTheGenerations) {
  IndexStore store(folder_, 3);
  for (int generation = 1; generation <= 3; ++generation)
    store.publish(index_of(static_cast<float>(generation)));
  damage(folder_ / "CURRENT");
  EXPECT_EQ(store.publish(index_of(4)), 4u);
  EXPECT_EQ(store.generations().size(), 3u);
  EXPECT_EQ(store.rollback(), 3u);
}

TEST_F(IndexStoreTest, ClearsAwayWhatADeadWriterLeft) {
  IndexStore store(folder_);
  store.publish(index_of(1));
  std::ofstream(folder_ / ".mess.abcdef") << "half";
  store.publish(index_of(2));
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".mess.abcdef"));
  EXPECT_THROW(IndexStore(folder_, 0), InvalidArgument);
}

}  // namespace
}  // namespace mess
