// SPDX-License-Identifier: MIT
#include "src/analyze/periodicity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace mess::internal {
namespace {

constexpr float kWeakestOnset = 2.0f;  // natural-log units over all bands: fainter is ripple, not an onset

}  // namespace

std::size_t count_onsets(std::span<const float> standing_out_curve) {
  if (standing_out_curve.empty())
    return 0;
  std::vector<float> sorted(standing_out_curve.begin(), standing_out_curve.end());
  const auto rank = sorted.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(sorted.size()));
  std::nth_element(sorted.begin(), rank, sorted.end());
  // Against a high percentile, not the largest, so that one outlier does not matter.
  const float threshold = std::max(0.3f * *rank, kWeakestOnset);
  std::size_t count = 0;
  for (std::size_t i = 1; i + 1 < standing_out_curve.size(); ++i) {
    const float value = standing_out_curve[i];
    count += value > threshold && value > standing_out_curve[i - 1] && value >= standing_out_curve[i + 1] ? 1 : 0;
  }
  return count;
}

std::vector<float> standing_out(std::span<const float> curve, double frame_rate_hz) {
  const auto half = static_cast<std::size_t>(frame_rate_hz / 2.0);
  std::vector<float> result(curve.size());
  double sum = 0.0;
  std::size_t first = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    for (; last < std::min(curve.size(), i + half + 1); ++last)
      sum += curve[last];
    for (; first + half < i; ++first)
      sum -= curve[first];
    result[i] = std::max(0.0f, curve[i] - static_cast<float>(sum / static_cast<double>(last - first)));
  }
  return result;
}

Autocorrelator::Autocorrelator(std::size_t window_size)
    : window_size_(window_size), fft_(std::bit_ceil(2 * window_size)), lags_(window_size / 2 + 1) {}

std::span<const float> Autocorrelator::compute(std::span<const float> window) {
  const std::span<float> buffer = fft_.input();
  double sum = 0.0;
  for (const float value : window)
    sum += value;
  const auto mean = static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(1, window.size())));
  for (std::size_t i = 0; i < window.size(); ++i)
    buffer[i] = window[i] - mean;
  std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(window.size()), buffer.end(), 0.0f);
  const auto spectrum = fft_.transform();
  // The power spectrum is real and even, so the forward transform is its own inverse up to scale.
  const std::size_t size = fft_.size();
  for (std::size_t bin = 0; bin <= size / 2; ++bin)
    buffer[bin] = std::norm(spectrum[bin]);
  for (std::size_t bin = size / 2 + 1; bin < size; ++bin)
    buffer[bin] = buffer[size - bin];
  const auto correlation = fft_.transform();
  const float power = correlation[0].real();
  if (power <= 1e-6f * static_cast<float>(size))
    return {};
  const std::size_t num_lags = std::min(lags_.size(), window.size() / 2 + 1);
  const auto count = static_cast<float>(window.size());
  for (std::size_t lag = 0; lag < num_lags; ++lag) {
    lags_[lag] = correlation[lag].real() / power * count / (count - static_cast<float>(lag));
  }
  return std::span<const float>(lags_).first(num_lags);
}

std::vector<float> Autocorrelator::average(std::span<const float> curve) {
  std::vector<float> mean;
  const std::size_t size = std::min(window_size_, curve.size());
  const std::size_t hop = std::max<std::size_t>(1, window_size_ / 4);
  std::size_t count = 0;
  for (std::size_t start = 0; size > 0 && start + size <= curve.size(); start += hop) {
    const std::span<const float> lags = compute(curve.subspan(start, size));
    if (lags.empty())
      continue;
    mean.resize(lags.size());
    for (std::size_t lag = 0; lag < lags.size(); ++lag)
      mean[lag] += lags[lag];
    ++count;
  }
  for (float& value : mean)
    value /= static_cast<float>(count);
  return mean;
}

float at_lag(std::span<const float> autocorrelation, double lag) {
  const auto left = static_cast<std::size_t>(lag);
  if (left + 1 >= autocorrelation.size())
    return 0.0f;
  const auto fraction = static_cast<float>(lag - static_cast<double>(left));
  return autocorrelation[left] * (1.0f - fraction) + autocorrelation[left + 1] * fraction;
}

float around_lag(std::span<const float> autocorrelation, double lag) {
  constexpr std::array<double, 5> kStretches{0.985, 0.9925, 1.0, 1.0075, 1.015};
  float largest = at_lag(autocorrelation, lag * kStretches[0]);
  for (const double stretch : kStretches)
    largest = std::max(largest, at_lag(autocorrelation, lag * stretch));
  return largest;
}

}  // namespace mess::internal
