// SPDX-License-Identifier: MIT
// Sums over time from which the mean and deviation of any range of frames follow quickly.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "mess/encode.h"

namespace mess::internal {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FrameRows = Eigen::Map<const RowMajor>;

inline FrameRows rows_of(const FramesView& frames) {
  return {frames.values.data(), static_cast<Eigen::Index>(frames.num_frames), static_cast<Eigen::Index>(frames.dim)};
}

/// Borrows the frames.
class FrameMoments {
 public:
  explicit FrameMoments(const FrameRows& frames);

  struct Range {
    Eigen::VectorXd mean;
    Eigen::VectorXd deviation;  // population
  };
  /// Of frames first to last - 1, at least one.
  Range over(Eigen::Index first, Eigen::Index last) const;

 private:
  void add(Eigen::Index first, Eigen::Index last, Eigen::VectorXd& sum, Eigen::VectorXd& squares) const;

  FrameRows frames_;
  Eigen::RowVectorXf reference_;    // subtracted first, so that squares of large means lose nothing
  Eigen::MatrixXd sums_, squares_;  // D x (blocks + 1), each column all blocks before
};

}  // namespace mess::internal
