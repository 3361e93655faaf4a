// SPDX-License-Identifier: MIT
// The files that tests/media makes, and what the tests measure in decoded audio.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "mess/audio.h"

namespace mess::test {

/// MEDIA_DIR/name; the folder is named by the environment variable MESS_TEST_MEDIA.
inline std::filesystem::path media(const std::string& name) {
  const char* folder = std::getenv("MESS_TEST_MEDIA");
  return std::filesystem::path(folder != nullptr ? folder : "MESS_TEST_MEDIA-is-not-set") / name;
}

inline std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto bytes = std::as_bytes(std::span(chars));
  return {bytes.begin(), bytes.end()};
}

/// Amplitude of one frequency in `samples`, with a Hann window over all of them.
inline double amplitude_at(std::span<const float> samples, double frequency_hz, double sample_rate_hz) {
  std::complex<double> sum = 0.0;
  double weight_sum = 0.0;
  const double step = 2.0 * std::numbers::pi / static_cast<double>(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double weight = 0.5 - 0.5 * std::cos(step * static_cast<double>(i));
    const double phase = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / sample_rate_hz;
    sum += weight * static_cast<double>(samples[i]) * std::polar(1.0, -phase);
    weight_sum += weight;
  }
  return 2.0 * std::abs(sum) / weight_sum;
}

inline double largest_difference(std::span<const float> a, std::span<const float> b) {
  double largest = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  return largest;
}

inline AudioBuffer sine(double frequency_hz, double amplitude, int sample_rate_hz, double seconds) {
  AudioBuffer audio{{}, sample_rate_hz, 1};
  audio.samples.resize(static_cast<std::size_t>(std::lround(seconds * sample_rate_hz)));
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    const double phase = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / sample_rate_hz;
    audio.samples[i] = static_cast<float>(amplitude * std::sin(phase));
  }
  return audio;
}

/// Runs `action` and gives the text of the `Expected` it throws; fails the test when it throws none.
template <typename Expected, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
    return {};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace mess::test
