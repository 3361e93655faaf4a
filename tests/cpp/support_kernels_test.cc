// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "mess/error.h"
#include "src/support/kernels/half_kernels.h"
#include "src/support/kernels/kernels.h"
#include "src/support/kernels/pq_kernels.h"
#include "src/support/kernels/scan_kernels.h"

namespace mess::internal {
namespace {

std::vector<SimdLevel> levels_here() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level : {SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= supported_simd_level())
      levels.push_back(level);
  }
  return levels;
}

TEST(Kernels, DotAgreesWithDoublePrecisionAtEveryLevelAndLength) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (std::size_t n = 0; n <= 130; ++n) {
    // One more in front: kernels must not need alignment.
    std::vector<float> a(n + 1);
    std::vector<float> b(n + 1);
    double expected = 0.0;
    double magnitude = 0.0;
    for (std::size_t i = 1; i <= n; ++i) {
      a[i] = normal(random);
      b[i] = normal(random);
      expected += static_cast<double>(a[i]) * b[i];
      magnitude += std::abs(static_cast<double>(a[i]) * b[i]);
    }
    for (const SimdLevel level : levels_here()) {
      EXPECT_NEAR(dot_kernel(level)(a.data() + 1, b.data() + 1, n), expected, 1e-6 * magnitude + 1e-12)
          << to_string(level) << " n=" << n;
    }
  }
}

TEST(Kernels, DotReadsNothingBeyondItsEnd) {
  for (const SimdLevel level : levels_here()) {
    for (std::size_t n = 1; n < 40; ++n) {
      // Exactly n values on the heap: the address sanitizer sees a read beyond.
      const std::vector<float> ones(n, 1.0f);
      EXPECT_EQ(dot_kernel(level)(ones.data(), ones.data(), n), static_cast<float>(n));
    }
  }
}

TEST(Kernels, HalvesAreTheSameBitsAtEveryLevel) {
  std::vector<std::uint16_t> halves;
  for (std::uint32_t bits = 0; bits < 0x10000u; ++bits) {
    if ((bits & 0x7C00u) != 0x7C00u || (bits & 0x3FFu) == 0)  // no NaN
      halves.push_back(static_cast<std::uint16_t>(bits));
  }
  for (const SimdLevel level : levels_here()) {
    // Not a multiple of the width of any kernel.
    std::vector<float> floats(halves.size() - 1);
    half_kernels(level).to_floats(halves.data(), floats.data(), floats.size());
    std::vector<std::uint16_t> back(floats.size());
    half_kernels(level).from_floats(floats.data(), back.data(), floats.size());
    for (std::size_t i = 0; i < floats.size(); ++i) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(floats[i]), std::bit_cast<std::uint32_t>(half_to_float(halves[i])));
      ASSERT_EQ(back[i], halves[i]) << to_string(level);
    }
    // Between two halves: the nearest, of two the even one.
    for (float& value : floats)
      value = std::nextafter(value * 1.00048828125f, value < 0 ? -1e9f : 1e9f);
    half_kernels(level).from_floats(floats.data(), back.data(), floats.size());
    for (std::size_t i = 0; i < floats.size(); ++i)
      ASSERT_EQ(back[i], float_to_half(floats[i])) << to_string(level) << " " << floats[i];
  }
}

TEST(Kernels, ProductQuantisationGivesTheSameBitsAtEveryLevel) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::size_t n : {1u, 2u, 7u, 8u, 33u}) {
    std::vector<float> part(n);
    std::vector<float> codebook(n * kPqEntries);
    std::vector<float> bias(kPqEntries);
    for (auto* values : {&part, &codebook, &bias})
      std::generate(values->begin(), values->end(), [&] { return normal(random); });
    std::vector<float> expected(kPqEntries);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t e = 0; e < kPqEntries; ++e)
        expected[e] += part[i] * codebook[i * kPqEntries + e];
    }
    std::vector<float> scores(kPqEntries);
    std::transform(expected.begin(), expected.end(), bias.begin(), scores.begin(), std::plus<>());
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    for (const SimdLevel level : levels_here()) {
      std::vector<float> dots(kPqEntries);
      pq_kernels(level).products(part.data(), codebook.data(), n, dots.data());
      EXPECT_EQ(dots, expected) << to_string(level) << " n=" << n;
      EXPECT_EQ(pq_kernels(level).nearest(part.data(), codebook.data(), bias.data(), n), best) << to_string(level);
    }
  }
}

TEST(Kernels, TheFirstOfEqualEntriesIsTheNearest) {
  const std::vector<float> codebook(kPqEntries, 1.0f);
  std::vector<float> bias(kPqEntries);
  bias[201] = bias[38] = bias[53] = 2.0f;
  const float part = 0.5f;
  for (const SimdLevel level : levels_here())
    EXPECT_EQ(pq_kernels(level).nearest(&part, codebook.data(), bias.data(), 1), 38) << to_string(level);
}

TEST(Kernels, ActiveLevelIsSupported) { EXPECT_LE(active_simd_level(), supported_simd_level()); }

TEST(Kernels, RefusesALevelTheCpuLacks) {
  if (supported_simd_level() == SimdLevel::kAvx512)
    GTEST_SKIP() << "this CPU offers every level";
  EXPECT_THROW(dot_kernel(SimdLevel::kAvx512), InvalidArgument);
}

}  // namespace
}  // namespace mess::internal
