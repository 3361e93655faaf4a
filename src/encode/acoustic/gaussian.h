// SPDX-License-Identifier: MIT
// Gaussians as points of a flat space: the matrix logarithm turns geodesic distance between covariances into Euclidean
// distance (Arsigny et al., "Log-Euclidean metrics for fast and simple calculus on diffusion tensors", 2006).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mess::internal::acoustic {

/// Mean and covariance of a stream of rows.
class Gaussian {
 public:
  explicit Gaussian(std::size_t dim);
  void add(std::span<const float> row);

  std::size_t count() const { return count_; }
  static constexpr std::size_t num_covariance_values(std::size_t dim) { return dim * (dim + 1) / 2; }
  static constexpr std::size_t num_embedding_values(std::size_t dim) { return num_covariance_values(dim + 1); }

  /// log(S + ridge I), upper triangle row by row, off-diagonal values times sqrt 2. Needs count() > 0.
  std::vector<float> log_covariance(double ridge) const;
  /// The same of [[S + ridge I + m m', m], [m', 1]], where m is the mean less `origin`: mean and covariance in one.
  std::vector<float> log_embedding(double ridge, std::span<const double> origin) const;

 private:
  std::size_t dim_;
  std::size_t count_ = 0;
  std::vector<double> first_;  // sums are of differences to the first row: nothing cancels
  std::vector<double> shifted_;
  std::vector<double> sums_;
  std::vector<double> products_;  // dim x dim, upper triangle
};

}  // namespace mess::internal::acoustic
