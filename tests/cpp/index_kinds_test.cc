// SPDX-License-Identifier: MIT
// Every kind of index against plain loops.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "mess/error.h"
#include "mess/index.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 40;

std::vector<float> random_vectors(std::size_t count, unsigned seed, std::size_t dim = kDim) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count * dim);
  for (float& value : values)
    value = normal(random);
  return values;
}

std::vector<std::int64_t> ids_up_to(std::size_t count) {
  std::vector<std::int64_t> ids(count);
  for (std::size_t i = 0; i < count; ++i)
    ids[i] = static_cast<std::int64_t>(i) * 3 + 1;
  return ids;
}

VectorIndex make_index(const std::string& spec, std::size_t count, const std::string& metric = "ip") {
  VectorIndex index(kDim, {.spec = spec, .metric = metric});
  if (!index.is_trained())
    index.train(random_vectors(600, 99));
  index.add(ids_up_to(count), random_vectors(count, 1));
  return index;
}

// What the index keeps, scored in double precision.
std::vector<std::pair<double, std::int64_t>> ranking(const VectorIndex& index, std::span<const float> query) {
  std::vector<std::pair<double, std::int64_t>> result;
  for (const std::int64_t id : index.ids()) {
    const auto vector = index.vector(id);
    double score = 0.0;
    for (std::size_t d = 0; d < query.size(); ++d) {
      const double difference = static_cast<double>(query[d]) - vector[d];
      score += index.metric() == "l2" ? -difference * difference : static_cast<double>(query[d]) * vector[d];
    }
    result.emplace_back(-score, id);
  }
  std::sort(result.begin(), result.end());
  return result;
}

class EveryFlatKind : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(EveryFlatKind, FindsExactlyWhatALoopOverItsVectorsFinds) {
  const auto [spec, metric] = GetParam();
  const VectorIndex index = make_index(spec, 700, metric);
  const auto queries = random_vectors(70, 2);
  const SearchResult batch = index.search(queries, 70, {.k = 10});
  for (std::size_t q = 0; q < 70; ++q) {
    const auto query = std::span(queries).subspan(q * kDim, kDim);
    const SearchResult single = index.search(query, 1, {.k = 10});
    const auto expected = ranking(index, query);
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(single.ids[i], expected[i].second) << spec << " query " << q << " place " << i;
      EXPECT_NEAR(single.scores[i], -expected[i].first, 1e-5 * (1.0 + std::abs(expected[i].first)));
      EXPECT_EQ(batch.ids[q * 10 + i], single.ids[i]);
      EXPECT_EQ(batch.scores[q * 10 + i], single.scores[i]) << "the same bits";
    }
  }
}

TEST_P(EveryFlatKind, RangeSearchFindsAllAboveAndNothingBelow) {
  const auto [spec, metric] = GetParam();
  const VectorIndex index = make_index(spec, 500, metric);
  const auto query = random_vectors(1, 3);
  const auto expected = ranking(index, query);
  const auto limit = static_cast<float>(-(expected[29].first + expected[30].first) / 2);
  const SearchResult found = index.search_range(query, limit);
  ASSERT_EQ(found.ids.size(), 30u);
  for (std::size_t i = 0; i < 30; ++i)
    EXPECT_EQ(found.ids[i], expected[i].second);
  const IdFilter odd = IdFilter::predicate([](std::int64_t id) { return id % 2 == 1; });
  for (const std::int64_t id : index.search_range(query, limit, &odd).ids)
    EXPECT_EQ(id % 2, 1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryFlatKind,
                         testing::Combine(testing::Values("auto", "flat", "flat-fp16", "flat-bf16", "flat-int8",
                                                          "ivf8,pq9"),
                                          testing::Values("ip", "l2")));

TEST(IndexKinds, EqualScoresComeInTheOrderOfIds) {
  VectorIndex index(2, {.spec = "flat"});
  index.add(std::vector<std::int64_t>{9, 4, 7, 2}, std::vector<float>{1, 0, 1, 0, 1, 0, 1, 0});
  EXPECT_EQ(index.search(std::vector<float>{1, 0}, 1, {.k = 3}).ids, (std::vector<std::int64_t>{2, 4, 7}));
}

TEST(IndexKinds, ExtremeValuesStayExact) {
  VectorIndex index(3, {.spec = "flat"});
  index.add(std::vector<std::int64_t>{1, 2, 3, 4},
            std::vector<float>{1e15f, 1e15f, 1e15f, 0, 0, 0, 1e-38f, 0, 0, -1e15f, 1e-30f, 1});
  const SearchResult found = index.search(std::vector<float>{1, 1, 1}, 1, {.k = 4});
  EXPECT_EQ(found.ids, (std::vector<std::int64_t>{1, 3, 2, 4}));
  VectorIndex half(1, {.spec = "flat-fp16"});
  EXPECT_THROW(half.add(std::vector<std::int64_t>{1}, std::vector<float>{65505.0f}), InvalidArgument);
}

class EveryKind : public testing::TestWithParam<std::string> {};

TEST_P(EveryKind, FiltersOfEveryFormAlwaysFindAllThatMatch) {
  const VectorIndex index = make_index(GetParam(), 3000);
  const auto query = random_vectors(1, 4);
  for (const std::size_t matches : {0u, 1u, 3u, 30u, 300u, 1500u, 3000u}) {
    auto ids = ids_up_to(3000);
    ids.resize(matches);
    const std::int64_t end = matches == 0 ? 0 : ids.back() + 1;
    std::vector<std::uint8_t> bits(static_cast<std::size_t>(end + 7) / 8);
    for (const std::int64_t id : ids)
      bits[static_cast<std::size_t>(id) / 8] |= static_cast<std::uint8_t>(1u << id % 8);
    const auto accepts = [end](std::int64_t id) { return id < end; };
    SearchResult first;
    for (const IdFilter& filter :
         {IdFilter::set(ids), IdFilter::range(0, end), IdFilter::bitmap(bits), IdFilter::predicate(accepts)}) {
      const SearchResult found = index.search(query, 1, {.k = 20, .filter = &filter});
      const auto count = std::count_if(found.ids.begin(), found.ids.end(), [](auto id) { return id >= 0; });
      EXPECT_EQ(static_cast<std::size_t>(count), std::min<std::size_t>(20, matches));
      for (std::int64_t i = 0; i < count; ++i)
        EXPECT_LT(found.ids[static_cast<std::size_t>(i)], end);
      if (first.ids.empty())
        first = found;
      EXPECT_EQ(found.ids, first.ids);
    }
  }
}

TEST_P(EveryKind, AddsUpdatesAndRemovesLikeAMap) {
  VectorIndex index = make_index(GetParam(), 0);
  std::map<std::int64_t, std::vector<float>> oracle;
  std::mt19937 random(5);
  for (unsigned step = 0; step < 1500; ++step) {
    const std::vector<std::int64_t> id{static_cast<std::int64_t>(random() % 150)};
    const auto vector = random_vectors(1, step);
    switch (random() % 5) {
      case 0:
        EXPECT_EQ(index.remove(id), oracle.erase(id[0]));
        break;
      case 1:
      case 2:
        EXPECT_EQ(index.update(id, vector), oracle.count(id[0]));
        oracle[id[0]] = vector;
        break;
      case 3:
        if (!oracle.contains(id[0])) {
          index.add(id, vector);
          oracle[id[0]] = vector;
        }
        break;
      default:
        if (step % 7 == 0)
          index.compact();
        const SearchResult found = index.search(vector, 1, {.k = 3, .exact = true});
        const auto expected = ranking(index, vector);
        for (std::size_t i = 0; i < std::min<std::size_t>(3, expected.size()); ++i)
          EXPECT_EQ(found.ids[i], expected[i].second);
    }
    ASSERT_EQ(index.size(), oracle.size());
  }
  for (const auto& [id, vector] : oracle) {
    EXPECT_TRUE(index.contains(id));
    if (index.info().storage == "pq")
      continue;
    const auto kept = index.vector(id);
    for (std::size_t d = 0; d < kDim; ++d)
      EXPECT_NEAR(kept[d], vector[d], 0.02);
  }
  EXPECT_LE(index.info().num_removed, index.size());
}

TEST_P(EveryKind, ComesBackFromAFileAndMayBeChangedThere) {
  const auto path = std::filesystem::temp_directory_path() / ("index-kinds-" + std::to_string(::getpid()));
  VectorIndex index = make_index(GetParam(), 900);
  index.remove(std::vector<std::int64_t>{1, 4, 7, 10});
  index.save(path);
  VectorIndex loaded = VectorIndex::load(path);
  EXPECT_NO_THROW(loaded.verify());
  const auto queries = random_vectors(40, 6);
  EXPECT_EQ(loaded.search(queries, 40, {.k = 5}).ids, index.search(queries, 40, {.k = 5}).ids);
  const std::size_t codebooks = loaded.info().structure == "ivf" ? 256 * kDim * 16 : 0;
  EXPECT_LE(loaded.info().owned_bytes, codebooks) << "no row is copied";
  for (VectorIndex* each : {&index, &loaded}) {
    each->add(std::vector<std::int64_t>{1, 2}, random_vectors(2, 7));
    each->remove(std::vector<std::int64_t>{13, 16});
    each->update(std::vector<std::int64_t>{19}, random_vectors(1, 8));
  }
  EXPECT_EQ(loaded.search(queries, 40, {.k = 5, .exact = true}).ids,
            index.search(queries, 40, {.k = 5, .exact = true}).ids);
  EXPECT_NO_THROW(loaded.verify()) << "the file itself has not changed";
  loaded.compact();
  EXPECT_EQ(loaded.info().num_removed, 0u);
  EXPECT_EQ(loaded.size(), index.size());
  loaded.save(path);
  EXPECT_EQ(VectorIndex::load(path).search(queries, 40, {.k = 5, .exact = true}).ids,
            index.search(queries, 40, {.k = 5, .exact = true}).ids);
  std::filesystem::remove(path);
}

TEST_P(EveryKind, SearchesWhileOneThreadWrites) {
  VectorIndex index = make_index(GetParam(), 400);
  index.fit_hubness(16);
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (unsigned reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&index, &stop, reader] {
      const auto queries = random_vectors(8, 20 + reader);
      while (!stop) {
        const SearchResult found = index.search(queries, 8, {.k = 5, .correct_hubness = reader == 1});
        EXPECT_GE(found.ids[4], 0);
        index.recall_estimate(3, 4);
      }
    });
  }
  for (std::int64_t round = 0; round < 30; ++round) {
    const std::vector<std::int64_t> ids{5000 + round, 6000 + round};
    index.add(ids, random_vectors(2, static_cast<unsigned>(round)));
    index.update(std::vector<std::int64_t>{1 + 3 * round}, random_vectors(1, static_cast<unsigned>(round)));
    index.remove(std::vector<std::int64_t>{5000 + round});
  }
  index.compact();
  stop = true;
  for (std::thread& reader : readers)
    reader.join();
  EXPECT_EQ(index.size(), 430u);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind,
                         testing::Values("flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw8", "hnsw8,flat-int8",
                                         "ivf16,pq10"));

TEST(IndexKinds, AGraphFindsNearlyAllOfTheTrueNeighbours) {
  const VectorIndex index = make_index("hnsw", 5000);
  const RecallEstimate estimate = index.recall_estimate(10, 100);
  EXPECT_GE(estimate.recall, 0.95);
  EXPECT_LE(estimate.recall, 1.0);
  EXPECT_EQ(make_index("flat", 300).recall_estimate(10, 50).recall, 1.0);
  EXPECT_GE(index.recall_estimate(10, 100, 600).recall, estimate.recall);
}

TEST(IndexKinds, AWeightedSearchIsTheSumOfTheScores) {
  const VectorIndex index = make_index("flat", 300);
  const auto vectors = random_vectors(3, 9);
  const std::vector<float> weights{1.0f, 0.5f, -2.0f};
  const SearchResult found = index.search_weighted(vectors, weights, {.k = 300});
  for (std::size_t i = 0; i < 300; ++i) {
    const auto vector = index.vector(found.ids[i]);
    double expected = 0.0;
    for (std::size_t v = 0; v < 3; ++v) {
      for (std::size_t d = 0; d < kDim; ++d)
        expected += static_cast<double>(weights[v]) * vectors[v * kDim + d] * vector[d];
    }
    EXPECT_NEAR(found.scores[i], expected, 1e-3);
  }
  EXPECT_THROW(make_index("flat", 3, "l2").search_weighted(vectors, weights), InvalidArgument);
}

TEST(IndexKinds, SearchingByAnyOfSeveralTakesTheLargestScore) {
  const VectorIndex index = make_index("flat", 300);
  const auto vectors = random_vectors(3, 10);
  std::map<std::int64_t, float> best;
  const SearchResult all = index.search(vectors, 3, {.k = 300});
  for (std::size_t i = 0; i < all.ids.size(); ++i) {
    const auto [place, is_new] = best.emplace(all.ids[i], all.scores[i]);
    if (!is_new)
      place->second = std::max(place->second, all.scores[i]);
  }
  std::vector<std::pair<float, std::int64_t>> expected;
  for (const auto& [id, score] : best)
    expected.emplace_back(-score, id);
  std::sort(expected.begin(), expected.end());
  const SearchResult found = index.search_any(vectors, 3, {.k = 12});
  for (std::size_t i = 0; i < 12; ++i)
    EXPECT_EQ(found.ids[i], expected[i].second);
}

TEST(IndexKinds, DiversityPassesOverNearDuplicates) {
  VectorIndex index(2, {.spec = "flat"});
  const std::vector<std::int64_t> ids{1, 2, 3};
  index.add(ids, std::vector<float>{1.0f, 0.0f, 0.999f, 0.01f, 0.6f, 0.8f});
  const std::vector<float> scores{1.0f, 0.99f, 0.7f};
  EXPECT_EQ(index.diversify(ids, scores, 2, 0.0), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(index.diversify(ids, scores, 2, 0.6), (std::vector<std::size_t>{0, 2}));
  EXPECT_THROW(index.diversify(ids, scores, 2, 1.5), InvalidArgument);
}

TEST(IndexKinds, CorrectionLowersHubnessInManyDimensions) {
  constexpr std::size_t kMany = 300;
  VectorIndex index(kMany, {.spec = "flat"});
  // Lengths differ: by inner product the long ones are near to everything.
  auto vectors = random_vectors(1200, 11, kMany);
  std::mt19937 random(12);
  for (std::size_t r = 0; r < 1200; ++r) {
    const float length = 0.5f + static_cast<float>(random() % 1000) / 1000.0f;
    for (std::size_t d = 0; d < kMany; ++d)
      vectors[r * kMany + d] *= length;
  }
  index.add(ids_up_to(1200), vectors);
  EXPECT_THROW(index.search(std::span(vectors).first(kMany), 1, {.k = 3, .correct_hubness = true}), InvalidArgument);
  index.fit_hubness(200);
  const HubnessReport plain = index.hubness(10);
  const HubnessReport corrected = index.hubness(10, true);
  EXPECT_GT(plain.skewness, 1.0);
  EXPECT_LT(corrected.skewness, 0.7 * plain.skewness);
  EXPECT_LT(corrected.anti_hub_share, plain.anti_hub_share);
}

TEST(IndexKinds, AutoBuildsAGraphOnceExactSearchWouldTakeLong) {
  constexpr std::size_t kWide = 8192;
  VectorIndex index(kWide, {.spec = "auto", .ef_construction = 8});
  constexpr std::size_t kCount = 3100;
  const auto vectors = random_vectors(kCount, 13, kWide);
  const auto ids = ids_up_to(kCount);
  index.add(std::span(ids).first(1000), std::span(vectors).first(1000 * kWide));
  EXPECT_EQ(index.info().structure, "flat");
  index.add(std::span(ids).subspan(1000), std::span(vectors).subspan(1000 * kWide));
  EXPECT_EQ(index.info().structure, "hnsw");
  index.remove(std::span(ids).first(1500));
  index.compact();
  EXPECT_EQ(index.info().structure, "flat");
}

}  // namespace
}  // namespace mess
