// SPDX-License-Identifier: MIT
#include "src/pool/frame_statistics.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"

namespace mess::internal {
namespace {

FrameRows checked_rows(const FramesView& frames) {
  if (frames.num_frames == 0 || frames.dim == 0 || frames.values.size() != frames.num_frames * frames.dim) {
    throw InvalidArgument("[pool] frames: expected T x D values with T and D at least 1, found " +
                          std::to_string(frames.values.size()) + " values for " + std::to_string(frames.num_frames) +
                          " x " + std::to_string(frames.dim));
  }
  if (!frames.encoder_id.pooling.empty()) {
    throw InvalidArgument("[pool] frames: expected frames of an encoder, found " + frames.encoder_id.str() +
                          ", which is pooled already");
  }
  return rows_of(frames);
}

void check_weights(std::span<const float> weights, std::size_t num_frames, Pooling kind) {
  if (weights.empty())
    return;
  if (kind != Pooling::kMean && kind != Pooling::kMeanStd)
    throw InvalidArgument("[pool] frame_weights: expected kind mean or mean_std with them, found " + to_string(kind));
  if (weights.size() != num_frames) {
    throw InvalidArgument("[pool] frame_weights: expected one for each of " + std::to_string(num_frames) +
                          " frames, found " + std::to_string(weights.size()));
  }
  const bool all_fit =
      std::all_of(weights.begin(), weights.end(), [](float weight) { return std::isfinite(weight) && weight >= 0.0f; });
  if (!all_fit || *std::max_element(weights.begin(), weights.end()) <= 0.0f)
    throw InvalidArgument("[pool] frame_weights: expected finite numbers of at least 0, one above 0");
}

Eigen::VectorXd stacked(const Eigen::VectorXd& mean, const Eigen::VectorXd& deviation) {
  Eigen::VectorXd both(mean.size() + deviation.size());
  both << mean, deviation;
  return both;
}

template <typename Rows>
Eigen::VectorXd generalised_mean(const Rows& rows) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(rows.cols());
  for (Eigen::Index t = 0; t < rows.rows(); ++t)
    sum += rows.row(t).transpose().template cast<double>().array().cube().matrix();
  return (sum / static_cast<double>(rows.rows())).unaryExpr([](double mean) { return std::cbrt(mean); });
}

template <typename Rows>
Eigen::VectorXd median(const Rows& rows) {
  // Columns first: a column of the row-major matrix is far apart in memory.
  Eigen::MatrixXf columns = rows;
  const Eigen::Index middle = columns.rows() / 2;
  Eigen::VectorXd medians(columns.cols());
  for (Eigen::Index d = 0; d < columns.cols(); ++d) {
    float* begin = columns.col(d).data();
    float* end = begin + columns.rows();
    std::nth_element(begin, begin + middle, end);
    const double upper = begin[middle];
    medians[d] = columns.rows() % 2 == 1 ? upper : 0.5 * (upper + *std::max_element(begin, begin + middle));
  }
  return medians;
}

template <typename Rows>
Eigen::VectorXd maximum(const Rows& rows) {
  return rows.colwise().maxCoeff().transpose().template cast<double>();
}

}  // namespace

FrameStatistics::FrameStatistics(const FramesView& frames, Pooling kind, std::span<const float> weights)
    : frames_(checked_rows(frames)), kind_(kind), weights_(weights) {
  check_weights(weights, frames.num_frames, kind);
  const bool uses_moments = kind == Pooling::kMean || kind == Pooling::kMeanStd;
  if (uses_moments && weights.empty())
    moments_.emplace(frames_);
  // A maximum or a median would hide what is not a number.
  if (!uses_moments && !frames_.allFinite())
    throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
}

Eigen::VectorXd FrameStatistics::over(Eigen::Index first, Eigen::Index last) const {
  const auto rows = frames_.middleRows(first, last - first);
  Eigen::VectorXd pooled;
  if (kind_ == Pooling::kMax) {
    pooled = maximum(rows);
  } else if (kind_ == Pooling::kGem) {
    pooled = generalised_mean(rows);
  } else if (kind_ == Pooling::kMedian) {
    pooled = median(rows);
  } else if (!moments_) {
    pooled = weighted(first, last);
  } else {
    FrameMoments::Range range = moments_->over(first, last);
    pooled = kind_ == Pooling::kMean ? std::move(range.mean) : stacked(range.mean, range.deviation);
  }
  if (!pooled.allFinite())
    throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
  return pooled;
}

Eigen::VectorXd FrameStatistics::weighted(Eigen::Index first, Eigen::Index last) const {
  Eigen::VectorXd weights = Eigen::Map<const Eigen::VectorXf>(weights_.data() + first, last - first).cast<double>();
  // Where nothing in the range counts, everything counts alike.
  if (weights.sum() <= 0.0)
    weights.setOnes();
  weights /= weights.sum();
  const auto row = [&](Eigen::Index t) { return frames_.row(first + t).transpose().cast<double>(); };
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(frames_.cols());
  for (Eigen::Index t = 0; t < weights.size(); ++t)
    mean += weights[t] * row(t);
  if (kind_ == Pooling::kMean)
    return mean;
  Eigen::VectorXd variance = Eigen::VectorXd::Zero(frames_.cols());
  for (Eigen::Index t = 0; t < weights.size(); ++t)
    variance += weights[t] * (row(t) - mean).cwiseAbs2();
  return stacked(mean, variance.cwiseSqrt());
}

}  // namespace mess::internal
