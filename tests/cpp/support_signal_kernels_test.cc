// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "src/support/kernels/kernels.h"
#include "src/support/kernels/signal_kernels.h"

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

std::vector<float> normal_values(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(n);
  for (float& value : values)
    value = normal(random);
  return values;
}

TEST(SignalKernels, ExtremesAndBoundsAreExact) {
  for (std::size_t n = 1; n < 70; ++n) {
    const std::vector<float> values = normal_values(n, static_cast<unsigned>(n));
    for (const SimdLevel level : levels_here()) {
      const SignalKernels& kernels = signal_kernels(level);
      float lowest = 0.0f;
      float highest = 0.0f;
      kernels.extremes(values.data(), n, &lowest, &highest);
      EXPECT_EQ(lowest, *std::min_element(values.begin(), values.end())) << to_string(level) << " n=" << n;
      EXPECT_EQ(highest, *std::max_element(values.begin(), values.end())) << to_string(level) << " n=" << n;
      std::vector<float> sorted(values);
      std::for_each(sorted.begin(), sorted.end(), [](float& value) { value = std::abs(value); });
      const std::vector<float> powers = sorted;
      std::sort(sorted.begin(), sorted.end());
      // As many bisections as there are bits find the value of that rank itself.
      EXPECT_NEAR(kernels.rank_bound(powers.data(), n, n / 3, 31), sorted[n / 3], 1e-6f * sorted[n / 3]);
    }
  }
}

TEST(SignalKernels, LogarithmsAgreeWithTheLibrarys) {
  std::vector<float> values{0.0f, 1e-12f, 1e-3f, 0.4142f, 1.0f, 3.0f, 1e4f, 1e10f, 1e18f};
  while (values.size() < 37)
    values.push_back(values.back() * 0.3f);
  for (const SimdLevel level : levels_here()) {
    for (const float scale : {1.0f, 17.0f, 1e-3f}) {
      std::vector<float> logs(values.size());
      signal_kernels(level).log1p_scaled(values.data(), values.size(), scale, logs.data());
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = std::log1p(static_cast<double>(values[i]) * scale);
        EXPECT_NEAR(logs[i], expected, 1e-6 * std::max(1.0, expected)) << to_string(level) << " " << values[i];
      }
    }
  }
}

TEST(SignalKernels, PeaksBetweenSamplesAreThoseOfTheFilters) {
  const std::vector<float> phases = normal_values(2 * kInterpolatorTaps, 5);
  for (std::size_t n = 1; n < 70; ++n) {
    const std::vector<float> samples = normal_values(n + kInterpolatorTaps - 1, static_cast<unsigned>(n));
    double expected = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t phase = 0; phase < 2; ++phase) {
        double forward = 0.0;
        double backward = 0.0;
        for (std::size_t tap = 0; tap < kInterpolatorTaps; ++tap) {
          forward += static_cast<double>(phases[phase * kInterpolatorTaps + tap]) * samples[i + tap];
          backward += static_cast<double>(phases[(phase + 1) * kInterpolatorTaps - 1 - tap]) * samples[i + tap];
        }
        expected = std::max({expected, std::abs(forward), std::abs(backward)});
      }
    }
    for (const SimdLevel level : levels_here()) {
      EXPECT_NEAR(signal_kernels(level).interpolated_peak(samples.data(), n, phases.data()), expected, 1e-5)
          << to_string(level) << " n=" << n;
    }
  }
}

// Both sections plainly, one sample after the other.
double plain_energy(const PairFilter& filter, const std::vector<float>& samples) {
  std::vector<double> signal(samples.begin(), samples.end());
  for (const PairFilter::Section& section : filter.sections) {
    std::vector<double> out(signal.size());
    for (std::size_t i = 0; i < signal.size(); ++i) {
      for (std::size_t k = 0; k <= std::min<std::size_t>(4, i); ++k)
        out[i] += section.forward[k] * signal[i - k];
      out[i] += (i >= 2 ? section.back[0] * out[i - 2] : 0.0) + (i >= 4 ? section.back[1] * out[i - 4] : 0.0);
    }
    signal = out;
  }
  double energy = 0.0;
  for (const double value : signal)
    energy += value * value;
  return energy;
}

TEST(SignalKernels, FilteredEnergiesDoNotDependOnTheCuts) {
  PairFilter filter{};
  filter.sections[0] = {{1.5, -0.7, 0.2, 0.1, -0.05}, {0.9, -0.3}};
  filter.sections[1] = {{1.0, -1.9, 0.9, 0.05, 0.01}, {1.2, -0.4}};
  const std::vector<float> first = normal_values(101, 1);
  const std::vector<float> second = normal_values(101, 2);
  for (const SimdLevel level : levels_here()) {
    for (std::size_t step = 1; step < 8; ++step) {
      PairFilter running = filter;
      std::array<double, 2> energies{};
      for (std::size_t i = 0; i < first.size(); i += step) {
        signal_kernels(level).filtered_energies(running, first.data() + i, second.data() + i,
                                                std::min(step, first.size() - i), energies.data());
      }
      EXPECT_NEAR(energies[0], plain_energy(filter, first), 1e-9) << to_string(level) << " " << step;
      EXPECT_NEAR(energies[1], plain_energy(filter, second), 1e-9) << to_string(level) << " " << step;
    }
  }
}

}  // namespace
}  // namespace mess::internal
