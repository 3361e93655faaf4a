// SPDX-License-Identifier: MIT
#include "src/pool/frame_moments.h"

#include <algorithm>

namespace mess::internal {
namespace {

constexpr Eigen::Index kBlock = 32;  // frames summed in float32 before they are added in double

}  // namespace

FrameMoments::FrameMoments(const FrameRows& frames) : frames_(frames), reference_(frames.row(0)) {
  const Eigen::Index num_blocks = frames.rows() / kBlock;
  sums_ = Eigen::MatrixXd::Zero(frames.cols(), num_blocks + 1);
  squares_ = sums_;
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(frames.cols());
  Eigen::VectorXd squares = sum;
  for (Eigen::Index block = 0; block < num_blocks; ++block) {
    add(block * kBlock, (block + 1) * kBlock, sum, squares);
    sums_.col(block + 1) = sum;
    squares_.col(block + 1) = squares;
  }
}

void FrameMoments::add(Eigen::Index first, Eigen::Index last, Eigen::VectorXd& sum, Eigen::VectorXd& squares) const {
  Eigen::RowVectorXf partial_sum = Eigen::RowVectorXf::Zero(frames_.cols());
  Eigen::RowVectorXf partial_squares = partial_sum;
  for (Eigen::Index t = first; t < last; ++t) {
    const auto shifted = (frames_.row(t) - reference_).array();
    partial_sum.array() += shifted;
    partial_squares.array() += shifted.square();
  }
  sum += partial_sum.transpose().cast<double>();
  squares += partial_squares.transpose().cast<double>();
}

FrameMoments::Range FrameMoments::over(Eigen::Index first, Eigen::Index last) const {
  const Eigen::Index first_block = (first + kBlock - 1) / kBlock;
  const Eigen::Index last_block = last / kBlock;
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(frames_.cols());
  Eigen::VectorXd squares = sum;
  if (first_block < last_block) {
    sum = sums_.col(last_block) - sums_.col(first_block);
    squares = squares_.col(last_block) - squares_.col(first_block);
    add(first, first_block * kBlock, sum, squares);
    add(last_block * kBlock, last, sum, squares);
  } else {
    add(first, last, sum, squares);
  }
  const auto count = static_cast<double>(last - first);
  sum /= count;
  const Eigen::VectorXd variance = (squares / count - sum.cwiseAbs2()).cwiseMax(0.0);
  return {.mean = sum + reference_.transpose().cast<double>(), .deviation = variance.cwiseSqrt()};
}

}  // namespace mess::internal
