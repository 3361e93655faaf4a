// SPDX-License-Identifier: MIT
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <string>

#include "mess/error.h"
#include "src/pool/whitening_impl.h"

namespace mess {
namespace {

using Rows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

constexpr std::size_t kMaxDim = 8192;
constexpr Eigen::Index kBlockRows = 256;
// Smaller variances, in parts of the largest, are rounding.
constexpr double kSmallestVariance = 1e-10;

// Equation 23 of Chen et al. (2010), for the covariance of n vectors.
double approximating_shrinkage(const Eigen::VectorXd& variances, double n) {
  const auto dim = static_cast<double>(variances.size());
  const double trace = variances.sum();
  const double trace_of_square = variances.squaredNorm();
  const double numerator = (1.0 - 2.0 / dim) * trace_of_square + trace * trace;
  const double denominator = (n + 1.0 - 2.0 / dim) * (trace_of_square - trace * trace / dim);
  return denominator <= 0.0 ? 1.0 : std::min(1.0, numerator / denominator);
}

std::size_t choose_count(const Eigen::VectorXd& descending, std::size_t wanted) {
  const auto available = static_cast<std::size_t>((descending.array() > kSmallestVariance * descending[0]).count());
  if (wanted > available) {
    throw InvalidArgument("[pool] num_components: expected at most " + std::to_string(available) +
                          ", which is what the vectors have, found " + std::to_string(wanted));
  }
  return wanted == 0 ? available : wanted;
}

}  // namespace

struct WhiteningFit::Impl {
  EncoderId input_id;
  std::size_t dim = 0;
  std::size_t num_vectors = 0;
  // Of vectors less the first block's mean: squares of large means would cost digits.
  Eigen::RowVectorXd reference{};
  Eigen::RowVectorXd sum{};
  Eigen::MatrixXd products{};  // the lower triangle
};

WhiteningFit::WhiteningFit(EncoderId input_id) : impl_(new Impl{.input_id = std::move(input_id)}) {}
WhiteningFit::~WhiteningFit() = default;
WhiteningFit::WhiteningFit(WhiteningFit&&) noexcept = default;
WhiteningFit& WhiteningFit::operator=(WhiteningFit&&) noexcept = default;

std::size_t WhiteningFit::num_vectors() const { return impl_->num_vectors; }

void WhiteningFit::add(std::span<const float> vectors, std::size_t num_vectors) {
  if (num_vectors == 0 && vectors.empty())
    return;
  const std::size_t dim = num_vectors == 0 ? 0 : vectors.size() / num_vectors;
  if (dim == 0 || dim > kMaxDim || vectors.size() % num_vectors != 0 || (impl_->dim != 0 && dim != impl_->dim)) {
    throw InvalidArgument("[pool] whitening: expected " + std::to_string(num_vectors) + " vectors of " +
                          (impl_->dim != 0 ? std::to_string(impl_->dim) : "1 to " + std::to_string(kMaxDim)) +
                          " values, found " + std::to_string(vectors.size()) + " values");
  }
  const auto bad = std::find_if(vectors.begin(), vectors.end(), [](float value) { return !std::isfinite(value); });
  if (bad != vectors.end()) {
    const auto vector = static_cast<std::size_t>(bad - vectors.begin()) / dim;
    throw InvalidArgument("[pool] whitening: expected finite values, found NaN or infinity in vector " +
                          std::to_string(vector));
  }
  const Rows rows(vectors.data(), static_cast<Eigen::Index>(num_vectors), static_cast<Eigen::Index>(dim));
  if (impl_->dim == 0) {
    impl_->reference = rows.topRows(std::min(kBlockRows, rows.rows())).cast<double>().colwise().mean();
    impl_->sum = Eigen::RowVectorXd::Zero(rows.cols());
    impl_->products = Eigen::MatrixXd::Zero(rows.cols(), rows.cols());
    impl_->dim = dim;  // last: what was not allocated is allocated next time
  }
  for (Eigen::Index first = 0; first < rows.rows(); first += kBlockRows) {
    const Eigen::Index count = std::min(kBlockRows, rows.rows() - first);
    const Eigen::MatrixXd shifted = rows.middleRows(first, count).cast<double>().rowwise() - impl_->reference;
    impl_->sum += shifted.colwise().sum();
    impl_->products.selfadjointView<Eigen::Lower>().rankUpdate(shifted.transpose());
  }
  impl_->num_vectors += num_vectors;
}

Whitening WhiteningFit::finish(const WhiteningOptions& options) const {
  if (impl_->num_vectors < 2)
    throw InvalidArgument("[pool] whitening: expected at least 2 vectors, found " + std::to_string(impl_->num_vectors));
  if (options.shrinkage && !(*options.shrinkage >= 0.0 && *options.shrinkage <= 1.0))
    throw InvalidArgument("[pool] shrinkage: expected 0 to 1, found " + std::to_string(*options.shrinkage));
  const auto n = static_cast<double>(impl_->num_vectors);
  const Eigen::RowVectorXd mean = impl_->sum / n;
  Eigen::MatrixXd covariance = impl_->products / n;
  covariance.selfadjointView<Eigen::Lower>().rankUpdate(mean.transpose(), -1.0);
  // Only the lower triangle is read; the smallest variance comes first.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const Eigen::VectorXd variances = solver.eigenvalues().reverse().cwiseMax(0.0);
  if (!(variances[0] > 0.0))
    throw InvalidArgument("[pool] whitening: expected vectors that differ, found all alike");
  const double shrinkage = options.shrinkage.value_or(approximating_shrinkage(variances, n));
  const Eigen::VectorXd shrunk = ((1.0 - shrinkage) * variances.array() + shrinkage * variances.mean()).matrix();
  const std::size_t count = choose_count(shrunk, options.num_components);

  auto impl = std::make_shared<Whitening::Impl>();
  impl->input_id = impl_->input_id;
  impl->dim = impl_->dim;
  impl->num_components = count;
  impl->num_vectors = impl_->num_vectors;
  impl->shrinkage = shrinkage;
  impl->explained_variance = variances.head(static_cast<Eigen::Index>(count)).sum() / variances.sum();
  impl->l2_normalize = options.l2_normalize;
  const Eigen::RowVectorXf centre = (mean + impl_->reference).cast<float>();
  impl->mean.assign(centre.begin(), centre.end());
  for (std::size_t k = 0; k < count; ++k) {
    Eigen::VectorXd direction = solver.eigenvectors().rowwise().reverse().col(static_cast<Eigen::Index>(k));
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    direction *= (direction[largest] < 0.0 ? -1.0 : 1.0) / std::sqrt(shrunk[static_cast<Eigen::Index>(k)]);
    const Eigen::VectorXf row = direction.cast<float>();
    impl->components.insert(impl->components.end(), row.begin(), row.end());
  }
  impl->name();
  return Whitening(std::move(impl));
}

}  // namespace mess
