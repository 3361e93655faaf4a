// SPDX-License-Identifier: MIT
#include "src/support/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "mess/error.h"

namespace mess::internal {
namespace {

TEST(Fft, AgreesWithTheDefinition) {
  std::mt19937 random(3);
  for (const std::size_t size : {4u, 6u, 8u, 16u, 30u, 32u, 64u, 120u, 256u, 1024u}) {
    RealFft fft(size);
    std::vector<float> samples(size);
    for (float& sample : samples)
      sample = std::uniform_real_distribution<float>(-1, 1)(random);
    std::copy(samples.begin(), samples.end(), fft.input().begin());
    const auto spectrum = fft.transform();
    ASSERT_EQ(spectrum.size(), size / 2 + 1);
    for (std::size_t bin = 0; bin < spectrum.size(); ++bin) {
      std::complex<double> expected;
      for (std::size_t i = 0; i < size; ++i) {
        expected += static_cast<double>(samples[i]) *
                    std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(bin * i) / static_cast<double>(size));
      }
      EXPECT_NEAR(spectrum[bin].real(), expected.real(), 2e-5) << size << " " << bin;
      EXPECT_NEAR(spectrum[bin].imag(), expected.imag(), 2e-5) << size << " " << bin;
    }
  }
}

TEST(Fft, RefusesOddAndTinySizes) {
  EXPECT_THROW(RealFft(7), InvalidArgument);
  EXPECT_THROW(RealFft(2), InvalidArgument);
  EXPECT_THROW(RealFft(0), InvalidArgument);
}

}  // namespace
}  // namespace mess::internal
