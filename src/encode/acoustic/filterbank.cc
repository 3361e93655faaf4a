// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/filterbank.h"

#include <algorithm>
#include <cmath>

#include "src/encode/acoustic/spectrum.h"
#include "src/support/kernels/kernels.h"

namespace mess::internal::acoustic {
namespace {

constexpr double kLowestPitchHz = 32.70319566257483;  // C1

double hz_to_mel(double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); }
double mel_to_hz(double mel) { return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0); }

// num_bands + 2 points, the outermost being the edges of the first and the last filter.
std::vector<double> mel_points_hz(std::size_t num_bands, double low_hz, double high_hz) {
  std::vector<double> points(num_bands + 2);
  const double low_mel = hz_to_mel(low_hz);
  const double step = (hz_to_mel(high_hz) - low_mel) / static_cast<double>(num_bands + 1);
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i] = mel_to_hz(low_mel + step * static_cast<double>(i));
  return points;
}

double bin_width_hz(std::size_t fft_size) { return static_cast<double>(kSampleRateHz) / static_cast<double>(fft_size); }

}  // namespace

Filterbank::Filterbank(std::span<const Triangle> triangles, std::size_t fft_size) : filters_(triangles.size()) {
  const double bin_hz = bin_width_hz(fft_size);
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    const Triangle& t = triangles[i];
    Filter& filter = filters_[i];
    filter.first_bin = static_cast<std::size_t>(std::ceil(std::max(0.0, t.left_hz) / bin_hz));
    for (std::size_t bin = filter.first_bin; static_cast<double>(bin) * bin_hz < t.right_hz && bin <= fft_size / 2;
         ++bin) {
      const double hz = static_cast<double>(bin) * bin_hz;
      const double share = hz < t.centre_hz ? (hz - t.left_hz) / (t.centre_hz - t.left_hz)
                                            : (t.right_hz - hz) / (t.right_hz - t.centre_hz);
      filter.weights.push_back(static_cast<float>(share * t.height));
    }
  }
}

void Filterbank::apply(std::span<const float> spectrum, std::span<float> bands) const {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    bands[i] = dot(filters_[i].weights.data(), spectrum.data() + filters_[i].first_bin, filters_[i].weights.size());
  }
}

Filterbank mel_filterbank(std::size_t num_bands, std::size_t fft_size, double low_hz, double high_hz) {
  const std::vector<double> points = mel_points_hz(num_bands, low_hz, high_hz);
  std::vector<Filterbank::Triangle> triangles;
  for (std::size_t i = 0; i < num_bands; ++i) {
    const double height = 2.0 * bin_width_hz(fft_size) / (points[i + 2] - points[i]);
    triangles.push_back({points[i], points[i + 1], points[i + 2], height});
  }
  return {triangles, fft_size};
}

std::vector<double> mel_centres_hz(std::size_t num_bands, double low_hz, double high_hz) {
  const std::vector<double> points = mel_points_hz(num_bands, low_hz, high_hz);
  return {points.begin() + 1, points.end() - 1};
}

Filterbank semitone_filterbank(std::size_t num_semitones, std::size_t fft_size) {
  const double spread = std::exp2(1.0 / 24.0) - std::exp2(-1.0 / 24.0);
  std::vector<Filterbank::Triangle> triangles;
  for (std::size_t i = 0; i < num_semitones; ++i) {
    const double centre_hz = kLowestPitchHz * std::exp2(static_cast<double>(i) / 12.0);
    const double width_hz = std::max(centre_hz * spread, bin_width_hz(fft_size));
    triangles.push_back({centre_hz - width_hz, centre_hz, centre_hz + width_hz, 1.0});
  }
  return {triangles, fft_size};
}

}  // namespace mess::internal::acoustic
