// SPDX-License-Identifier: MIT
// Lists of quantised vectors: how they are trained, and what they find.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "mess/error.h"
#include "mess/index.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 24;

// Around eight centres, as music is around genres.
std::vector<float> clustered_vectors(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::mt19937 centre_random(1);
  std::vector<float> centres(8 * kDim);
  for (float& value : centres)
    value = 4.0f * normal(centre_random);
  std::vector<float> values(count * kDim);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t d = 0; d < kDim; ++d)
      values[i * kDim + d] = centres[i % 8 * kDim + d] + normal(random);
  }
  return values;
}

std::vector<std::int64_t> ids_up_to(std::size_t count) {
  std::vector<std::int64_t> ids(count);
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  return ids;
}

VectorIndex trained_index(const std::string& spec, std::size_t count) {
  VectorIndex index(kDim, {.spec = spec});
  const auto vectors = clustered_vectors(count, 2);
  index.train(vectors);
  index.add(ids_up_to(count), vectors);
  return index;
}

double squared_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
  return sum;
}

TEST(IndexLists, TrainByThemselvesOnceThereAreEnoughVectors) {
  VectorIndex index(kDim, {.spec = "ivf8,pq12"});
  const auto vectors = clustered_vectors(16384, 2);
  const auto ids = ids_up_to(16384);
  index.add(std::span(ids).first(16000), std::span(vectors).first(16000 * kDim));
  index.fit_hubness(16);
  EXPECT_FALSE(index.is_trained());
  EXPECT_EQ(index.info().structure, "flat");
  EXPECT_EQ(index.vector(7), std::vector<float>(vectors.begin() + 7 * kDim, vectors.begin() + 8 * kDim));
  index.add(std::span(ids).subspan(16000), std::span(vectors).subspan(16000 * kDim));
  EXPECT_TRUE(index.is_trained());
  EXPECT_EQ(index.info().structure, "ivf");
  EXPECT_EQ(index.info().storage, "pq");
  EXPECT_EQ(index.size(), 16384u);
  EXPECT_LT(index.info().bytes_per_vector, 80.0) << "float32 alone takes 96";
  const SearchResult found = index.search(std::span(vectors).first(kDim), 1, {.k = 5, .correct_hubness = true});
  EXPECT_GE(found.ids[4], 0);
}

TEST(IndexLists, DecodedVectorsAreNearThoseAdded) {
  const auto vectors = clustered_vectors(2000, 2);
  const VectorIndex index = trained_index("ivf8,pq12", 2000);
  double error = 0.0;
  double spread = 0.0;
  for (std::size_t i = 0; i < 2000; ++i) {
    const auto original = std::span(vectors).subspan(i * kDim, kDim);
    error += squared_distance(index.vector(static_cast<std::int64_t>(i)), original);
    spread += squared_distance(std::span(vectors).subspan((i + 8) % 2000 * kDim, kDim), original);
  }
  EXPECT_LT(error, 0.1 * spread) << "against the distance between two vectors of one centre";
}

TEST(IndexLists, MoreProbesFindMoreAndAllListsFindAll) {
  const VectorIndex index = trained_index("ivf64,pq12", 4000);
  double before = 0.0;
  for (const std::size_t probes : {1u, 4u, 16u, 64u}) {
    const double recall = index.recall_estimate(10, 100, probes).recall;
    EXPECT_GE(recall, before);
    before = recall;
  }
  EXPECT_EQ(before, 1.0);
  EXPECT_LT(index.recall_estimate(10, 100, 1).recall, 1.0) << "one list of 64 does not hold them all";
}

TEST(IndexLists, KIsFoundThoughTheListsLookedIntoHoldFewer) {
  const VectorIndex index = trained_index("ivf64,pq12", 600);
  const auto query = clustered_vectors(1, 3);
  const SearchResult found = index.search(query, 1, {.k = 500, .effort = 1});
  EXPECT_GE(found.ids[499], 0);
}

TEST(IndexLists, TrainingDependsOnTheVectorsAloneNotOnThreads) {
  const auto vectors = clustered_vectors(2000, 2);
  VectorIndex one(kDim, {.spec = "ivf16,pq5", .num_threads = 1});
  VectorIndex many(kDim, {.spec = "ivf16,pq5", .num_threads = 3});
  for (VectorIndex* index : {&one, &many}) {
    index->train(vectors);
    index->add(ids_up_to(2000), vectors);
  }
  EXPECT_EQ(one.vectors(ids_up_to(2000)), many.vectors(ids_up_to(2000)));
}

TEST(IndexLists, VectorsThatAreAllTheSameTrainToo) {
  VectorIndex index(2, {.spec = "ivf4,pq"});
  index.train(std::vector<float>(2 * 400, 0.5f));
  index.add(std::vector<std::int64_t>{3, 2}, std::vector<float>(4, 0.5f));
  EXPECT_EQ(index.search(std::vector<float>{1, 1}, 1, {.k = 2}).ids, (std::vector<std::int64_t>{2, 3}));
  EXPECT_NEAR(index.vector(2)[1], 0.5f, 1e-3f);
}

TEST(IndexLists, RefuseTooFewVectorsAnotherKindAndASecondTraining) {
  const auto message = [](VectorIndex& index, std::span<const float> vectors) {
    try {
      index.train(vectors);
    } catch (const InvalidArgument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  VectorIndex index(kDim, {.spec = "ivf512,pq"});
  EXPECT_EQ(message(index, clustered_vectors(511, 1)),
            "[index] train: expected at least 512 x 24 values in whole vectors, found 12264");
  EXPECT_THROW(index.train(), InvalidArgument) << "there are none in it";
  index.train(clustered_vectors(512, 1));
  EXPECT_NE(message(index, clustered_vectors(512, 1)).find("expected an index that is not trained yet"),
            std::string::npos);
  VectorIndex flat(kDim, {.spec = "flat"});
  EXPECT_TRUE(flat.is_trained());
  EXPECT_NE(message(flat, clustered_vectors(512, 1)).find("found flat"), std::string::npos);
  EXPECT_THROW(VectorIndex(4, {.spec = "ivf,pq5"}), InvalidArgument) << "more parts than values";
  EXPECT_THROW(VectorIndex(4, {.spec = "ivf0,pq2"}), InvalidArgument);
  EXPECT_THROW(VectorIndex(4, {.spec = "ivf,flat"}), InvalidArgument);
}

}  // namespace
}  // namespace mess
