// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/gaussian.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace mess::internal::acoustic {
namespace {

struct Moments {
  Eigen::VectorXd mean;  // of the shifted rows
  Eigen::MatrixXd covariance;
};

Moments moments_of(const std::vector<double>& sums, const std::vector<double>& products, std::size_t count,
                   double ridge) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto dim = static_cast<Eigen::Index>(sums.size());
  const auto num_rows = static_cast<double>(count);
  Moments moments;
  moments.mean = Eigen::Map<const Eigen::VectorXd>(sums.data(), dim) / num_rows;
  moments.covariance = Eigen::Map<const RowMajor>(products.data(), dim, dim).selfadjointView<Eigen::Upper>();
  moments.covariance = moments.covariance / num_rows - moments.mean * moments.mean.transpose();
  moments.covariance.diagonal().array() += ridge;
  return moments;
}

std::vector<float> log_upper_triangle(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  const Eigen::VectorXd logs = solver.eigenvalues().cwiseMax(1e-12).array().log().matrix();
  const Eigen::MatrixXd log_matrix = solver.eigenvectors() * logs.asDiagonal() * solver.eigenvectors().transpose();
  std::vector<float> values;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    for (Eigen::Index j = i; j < matrix.cols(); ++j) {
      values.push_back(static_cast<float>(i == j ? log_matrix(i, j) : std::numbers::sqrt2 * log_matrix(i, j)));
    }
  }
  return values;
}

}  // namespace

Gaussian::Gaussian(std::size_t dim) : dim_(dim), first_(dim), shifted_(dim), sums_(dim), products_(dim * dim) {}

void Gaussian::add(std::span<const float> row) {
  if (count_++ == 0)
    std::copy(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(dim_), first_.begin());
  for (std::size_t i = 0; i < dim_; ++i) {
    shifted_[i] = row[i] - first_[i];
    sums_[i] += shifted_[i];
  }
  for (std::size_t i = 0; i < dim_; ++i) {
    double* const products = products_.data() + i * dim_;
    for (std::size_t j = i; j < dim_; ++j)
      products[j] += shifted_[i] * shifted_[j];
  }
}

std::vector<float> Gaussian::log_covariance(double ridge) const {
  return log_upper_triangle(moments_of(sums_, products_, count_, ridge).covariance);
}

std::vector<float> Gaussian::log_embedding(double ridge, std::span<const double> origin) const {
  const Moments moments = moments_of(sums_, products_, count_, ridge);
  const auto dim = static_cast<Eigen::Index>(dim_);
  const Eigen::VectorXd mean = moments.mean + Eigen::Map<const Eigen::VectorXd>(first_.data(), dim) -
                               Eigen::Map<const Eigen::VectorXd>(origin.data(), dim);
  Eigen::MatrixXd embedded(dim + 1, dim + 1);
  embedded.topLeftCorner(dim, dim) = moments.covariance + mean * mean.transpose();
  embedded.topRightCorner(dim, 1) = mean;
  embedded.bottomLeftCorner(1, dim) = mean.transpose();
  embedded(dim, dim) = 1.0;
  return log_upper_triangle(embedded);
}

}  // namespace mess::internal::acoustic
