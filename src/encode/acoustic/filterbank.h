// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mess::internal::acoustic {

/// Triangular filters over the bins of a spectrum. Stored sparse: a filter is a run of weights from `first_bin`.
class Filterbank {
 public:
  struct Triangle {
    double left_hz;
    double centre_hz;
    double right_hz;
    double height;
  };
  Filterbank(std::span<const Triangle> triangles, std::size_t fft_size);

  /// @param spectrum  fft_size / 2 + 1 values  @param bands  size() values, output
  void apply(std::span<const float> spectrum, std::span<float> bands) const;
  std::size_t size() const { return filters_.size(); }

 private:
  struct Filter {
    std::size_t first_bin = 0;
    std::vector<float> weights;
  };
  std::vector<Filter> filters_;
};

/// Evenly spaced on the mel scale 2595 log10(1 + f / 700), each neighbour's centre being an edge; weights of sum 1, about.
Filterbank mel_filterbank(std::size_t num_bands, std::size_t fft_size, double low_hz, double high_hz);
/// Centre frequencies of mel_filterbank().
std::vector<double> mel_centres_hz(std::size_t num_bands, double low_hz, double high_hz);
/// One filter of height 1 per semitone from C1 (32.7 Hz), half a semitone wide to each side, or one bin where that is more.
Filterbank semitone_filterbank(std::size_t num_semitones, std::size_t fft_size);

}  // namespace mess::internal::acoustic
