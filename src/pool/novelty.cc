// SPDX-License-Identifier: MIT
#include "src/pool/novelty.h"

#include <algorithm>
#include <cmath>

namespace mess::internal {
namespace {

// Gaussian taper of one side: row `distance` is so many rows away from the moment.
Eigen::ArrayXd taper(Eigen::Index reach) {
  Eigen::ArrayXd weights(reach);
  for (Eigen::Index i = 0; i < reach; ++i) {
    const double deviations = (static_cast<double>(i) + 0.5) / (0.5 * static_cast<double>(reach));
    weights[i] = std::exp(-0.5 * deviations * deviations);
  }
  return weights;
}

// Similarities of each row to itself and the `width - 1` rows after it.
Eigen::ArrayXXf similarity_band(const RowMajor& rows, Eigen::Index width) {
  constexpr Eigen::Index kBlock = 16;  // rows multiplied at once, at the cost of some products beyond the band
  Eigen::ArrayXXf band = Eigen::ArrayXXf::Zero(width, rows.rows());
  Eigen::MatrixXf products;
  for (Eigen::Index first = 0; first < rows.rows(); first += kBlock) {
    const Eigen::Index count = std::min(kBlock, rows.rows() - first);
    const Eigen::Index reach = std::min(count - 1 + width, rows.rows() - first);
    products.noalias() = rows.middleRows(first, reach) * rows.middleRows(first, count).transpose();
    for (Eigen::Index i = 0; i < count; ++i) {
      const Eigen::Index later = std::min(width, reach - i);
      band.col(first + i).head(later) = products.col(i).segment(i, later).array();
    }
  }
  return band;
}

}  // namespace

Eigen::ArrayXd novelty_curve(const RowMajor& unit_rows, Eigen::Index reach) {
  const Eigen::Index n = unit_rows.rows();
  const Eigen::ArrayXd weights = taper(reach);
  const Eigen::ArrayXXf band = similarity_band(unit_rows, 2 * reach);
  const auto signed_weight = [&](Eigen::Index offset) { return offset < 0 ? -weights[-1 - offset] : weights[offset]; };
  Eigen::ArrayXd curve(n + 1);
  for (Eigen::Index moment = 0; moment <= n; ++moment) {
    const Eigen::Index first = std::max<Eigen::Index>(0, moment - reach);
    const Eigen::Index last = std::min(n, moment + reach);
    double sum = 0.0;
    for (Eigen::Index i = first; i < last; ++i) {
      const double weight = signed_weight(i - moment);
      sum += weight * weight * static_cast<double>(band(0, i));
      // The matrix is symmetric: everything off the diagonal counts twice.
      for (Eigen::Index j = i + 1; j < last; ++j)
        sum += 2.0 * weight * signed_weight(j - moment) * static_cast<double>(band(j - i, i));
    }
    curve[moment] = sum;
  }
  return curve / (2.0 * weights.sum() * weights.sum());
}

}  // namespace mess::internal
