// SPDX-License-Identifier: MIT
#include "mess/index.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <thread>

#include "mess/error.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 12;

std::vector<float> random_vectors(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count * kDim);
  for (float& value : values)
    value = normal(random);
  return values;
}

std::vector<std::int64_t> ids_from(std::int64_t first, std::size_t count) {
  std::vector<std::int64_t> ids(count);
  for (std::size_t i = 0; i < count; ++i)
    ids[i] = first + static_cast<std::int64_t>(i) * 7;
  return ids;
}

VectorIndex make_index(std::size_t count) {
  VectorIndex index(kDim, {.spec = "flat", .encoder_id = "dummy/1+mean"});
  index.add(ids_from(100, count), random_vectors(count, 1));
  return index;
}

std::filesystem::path temporary_path(const std::string& name) {
  return std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid()));
}

TEST(Index, FindsTheSameNeighboursAsAPlainLoop) {
  const VectorIndex index = make_index(500);
  const auto vectors = random_vectors(500, 1);
  const auto queries = random_vectors(30, 2);
  const SearchResult result = index.search(queries, 30, 10);
  for (std::size_t q = 0; q < 30; ++q) {
    std::vector<std::pair<double, std::int64_t>> expected;
    for (std::size_t r = 0; r < 500; ++r) {
      double score = 0.0;
      for (std::size_t d = 0; d < kDim; ++d)
        score += static_cast<double>(queries[q * kDim + d]) * vectors[r * kDim + d];
      expected.emplace_back(-score, 100 + static_cast<std::int64_t>(r) * 7);
    }
    std::sort(expected.begin(), expected.end());
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(result.ids[q * 10 + i], expected[i].second);
      EXPECT_NEAR(result.scores[q * 10 + i], -expected[i].first, 1e-4);
    }
  }
}

TEST(Index, SingleQueriesAndBatchesAgree) {
  const VectorIndex index = make_index(300);
  const auto queries = random_vectors(64, 3);
  const SearchResult batch = index.search(queries, 64, 5);
  for (std::size_t q = 0; q < 64; ++q) {
    const SearchResult single = index.search(std::span(queries).subspan(q * kDim, kDim), 1, 5);
    EXPECT_TRUE(
        std::equal(single.ids.begin(), single.ids.end(), batch.ids.begin() + static_cast<std::ptrdiff_t>(q * 5)));
  }
}

TEST(Index, PadsWithMinusOneWhereFewerMatch) {
  const VectorIndex index = make_index(3);
  const SearchResult result = index.search(random_vectors(2, 4), 2, 5);
  for (std::size_t q = 0; q < 2; ++q) {
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(result.ids[q * 5 + i] == -1, i >= 3);
      EXPECT_EQ(std::isinf(result.scores[q * 5 + i]), i >= 3);
    }
  }
}

TEST(Index, AnEmptyIndexFindsNothing) {
  const VectorIndex index(kDim);
  EXPECT_EQ(index.search(random_vectors(1, 1), 1, 2).ids, (std::vector<std::int64_t>{-1, -1}));
}

TEST(Index, FiltersNeverUnderReturn) {
  const VectorIndex index = make_index(1000);
  std::mt19937 random(5);
  for (const std::size_t matches : {0u, 1u, 3u, 40u, 1000u}) {
    auto allowed = ids_from(100, 1000);
    std::shuffle(allowed.begin(), allowed.end(), random);
    allowed.resize(matches);
    auto filter = allowed;
    filter.push_back(5);  // not in the index
    if (matches > 0)
      filter.push_back(allowed.front());  // twice
    const SearchResult result = index.search(random_vectors(1, 6), 1, 10, std::span<const std::int64_t>(filter));
    const auto found =
        static_cast<std::size_t>(std::count_if(result.ids.begin(), result.ids.end(), [](auto id) { return id >= 0; }));
    EXPECT_EQ(found, std::min<std::size_t>(10, matches));
    for (std::size_t i = 0; i < found; ++i) {
      EXPECT_NE(std::find(allowed.begin(), allowed.end(), result.ids[i]), allowed.end());
    }
  }
}

TEST(Index, RemovesAndAddsLikeAMap) {
  VectorIndex index(kDim);
  std::map<std::int64_t, std::vector<float>> oracle;
  std::mt19937 random(11);
  for (int step = 0; step < 3000; ++step) {
    const std::int64_t id = static_cast<std::int64_t>(random() % 200);
    if (oracle.contains(id)) {
      EXPECT_EQ(index.vector(id), oracle[id]);
      EXPECT_EQ(index.remove(std::vector<std::int64_t>{id}), 1u);
      oracle.erase(id);
    } else {
      oracle[id] = random_vectors(1, static_cast<unsigned>(step));
      EXPECT_EQ(index.remove(std::vector<std::int64_t>{id}), 0u);
      index.add(std::vector<std::int64_t>{id}, oracle[id]);
    }
    EXPECT_EQ(index.size(), oracle.size());
  }
  auto found = index.ids();
  std::sort(found.begin(), found.end());
  std::vector<std::int64_t> expected;
  for (const auto& [id, vector] : oracle)
    expected.push_back(id);
  EXPECT_EQ(found, expected);
}

TEST(Index, RefusesBadInputAndAddsNothing) {
  VectorIndex index = make_index(5);
  const auto vectors = random_vectors(2, 9);
  EXPECT_THROW(index.add(std::vector<std::int64_t>{1, 1}, vectors), InvalidArgument);
  EXPECT_THROW(index.add(std::vector<std::int64_t>{1, 100}, vectors), InvalidArgument);
  EXPECT_THROW(index.add(std::vector<std::int64_t>{1, -2}, vectors), InvalidArgument);
  EXPECT_THROW(index.add(std::vector<std::int64_t>{1}, vectors), InvalidArgument);
  auto nan = vectors;
  nan[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(index.add(std::vector<std::int64_t>{1, 2}, nan), InvalidArgument);
  EXPECT_EQ(index.size(), 5u);
  EXPECT_THROW(index.search(nan, 2, 3), InvalidArgument);
  EXPECT_THROW(index.search(vectors, 1, 3), InvalidArgument);
  EXPECT_THROW(index.search(vectors, 2, 0), InvalidArgument);
  EXPECT_THROW(index.vector(1), IndexError);
  EXPECT_THROW(VectorIndex(0), InvalidArgument);
  EXPECT_THROW(VectorIndex(8, {.spec = "tree"}), InvalidArgument);
  EXPECT_THROW(VectorIndex(8, {.metric = "cosine"}), InvalidArgument);
}

TEST(Index, VectorsOfAnotherEncoderRefuseToCompare) {
  const VectorIndex index = make_index(5);
  const auto query = random_vectors(1, 1);
  EXPECT_NO_THROW(index.search(query, 1, 1, std::nullopt, "dummy/1+mean"));
  try {
    index.search(query, 1, 1, std::nullopt, "acoustic/1+mean_std");
    FAIL() << "expected InvalidArgument";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "[index] queries: expected vectors of dummy/1+mean, found acoustic/1+mean_std");
  }
}

TEST(Index, SavesAndLoads) {
  const auto path = temporary_path("index-roundtrip");
  const VectorIndex index = make_index(200);
  index.save(path);
  const VectorIndex loaded = VectorIndex::load(path);
  EXPECT_EQ(loaded.spec(), "flat");
  EXPECT_EQ(loaded.encoder_id(), "dummy/1+mean");
  const auto queries = random_vectors(20, 8);
  EXPECT_EQ(loaded.search(queries, 20, 5).ids, index.search(queries, 20, 5).ids);
  std::filesystem::remove(path);
}

TEST(Index, RefusesEveryDamagedByte) {
  const auto path = temporary_path("index-damage");
  make_index(3).save(path);
  std::ifstream file(path, std::ios::binary);
  std::vector<char> text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::filesystem::remove(path);
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>(text[i] ^ 0x11);
    EXPECT_THROW(VectorIndex::load(std::as_bytes(std::span(text)), "damaged"), FormatError) << "byte " << i;
    text[i] = static_cast<char>(text[i] ^ 0x11);
  }
  EXPECT_EQ(VectorIndex::load(std::as_bytes(std::span(text)), "whole").size(), 3u);
  EXPECT_THROW(VectorIndex::load(std::filesystem::path("/nonexistent/index")), FormatError);
  EXPECT_THROW(VectorIndex::load(std::filesystem::path("/")), FormatError);
}

TEST(Index, RefusesMoreResultsThanMemoryHolds) {
  const VectorIndex index = make_index(4);
  const auto queries = random_vectors(4, 1);
  EXPECT_THROW(index.search(queries, 4, std::size_t{1} << 62), InvalidArgument);
  EXPECT_THROW(index.search(queries, 4, std::size_t{1} << 28), InvalidArgument);
  EXPECT_THROW(index.search({}, 0, std::numeric_limits<std::size_t>::max()), InvalidArgument);
}

TEST(Index, LargeValuesNeitherOverflowNorLoseResults) {
  VectorIndex index(2);
  index.add(std::vector<std::int64_t>{7, 8}, std::vector<float>{1e15f, 1e15f, 1.0f, 0.0f});
  const SearchResult result = index.search(std::vector<float>{1e15f, -1e15f}, 1, 2);
  EXPECT_EQ(result.ids, (std::vector<std::int64_t>{8, 7}));
  EXPECT_THROW(index.search(std::vector<float>{1e30f, -1e30f}, 1, 2), InvalidArgument);
  EXPECT_THROW(index.add(std::vector<std::int64_t>{9}, std::vector<float>{1e16f, 0.0f}), InvalidArgument);
}

// What a search gives must be true of the index before or after each write, never of something in between.
void expect_consistent(const VectorIndex& index, std::span<const float> query) {
  const SearchResult result = index.search(query, 1, 5);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_GE(result.ids[i], 0);
    EXPECT_EQ(std::count(result.ids.begin(), result.ids.end(), result.ids[i]), 1);
    if (i > 0) {
      EXPECT_LE(result.scores[i], result.scores[i - 1]);
    }
    if (result.ids[i] < 100)
      continue;  // only the writer's ids come and go
    const std::vector<float> vector = index.vector(result.ids[i]);
    float score = 0.0f;
    for (std::size_t d = 0; d < kDim; ++d)
      score += vector[d] * query[d];
    EXPECT_NEAR(result.scores[i], score, 1e-3);
  }
}

TEST(Index, SearchesWhileAnotherThreadWrites) {
  VectorIndex index = make_index(200);
  const auto query = random_vectors(1, 3);
  std::thread writer([&index] {
    for (int round = 0; round < 300; ++round) {
      const std::vector<std::int64_t> id{round % 90};
      if (index.remove(id) == 0)
        index.add(id, random_vectors(1, static_cast<unsigned>(round)));
    }
  });
  for (int round = 0; round < 300; ++round)
    expect_consistent(index, query);
  writer.join();
  EXPECT_EQ(index.size(), 200u + 60u);  // 300 toggles of 90 ids: 30 to 89 are in
}

TEST(Index, WritersAreNotStarvedByReaders) {
  VectorIndex index = make_index(3000);
  const auto query = random_vectors(1, 3);
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop)
        index.search(query, 1, 5);
    });
  }
  for (std::int64_t id = 0; id < 50; ++id)
    index.add(std::vector<std::int64_t>{id}, query);
  stop = true;
  for (std::thread& reader : readers)
    reader.join();
  EXPECT_EQ(index.size(), 3050u);
}

}  // namespace
}  // namespace mess
