// SPDX-License-Identifier: MIT
#include "mess/pool.h"

#include <Eigen/Core>

#include "mess/error.h"

namespace mess {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void check(const FramesView& frames) {
  if (frames.num_frames == 0 || frames.dim == 0 || frames.values.size() != frames.num_frames * frames.dim) {
    throw InvalidArgument("[pool] frames: expected T x D values with T and D at least 1, found " +
                          std::to_string(frames.values.size()) + " values for " + std::to_string(frames.num_frames) +
                          " x " + std::to_string(frames.dim));
  }
  if (!frames.encoder_id.pooling.empty()) {
    throw InvalidArgument("[pool] frames: expected frames of an encoder, found " + frames.encoder_id.str() +
                          ", which is pooled already");
  }
}

}  // namespace

Pooling parse_pooling(const std::string& text) {
  if (text == "mean") return Pooling::kMean;
  if (text == "mean_std") return Pooling::kMeanStd;
  throw InvalidArgument("[pool] kind: expected mean or mean_std, found \"" + text + "\"");
}

std::string to_string(Pooling kind) { return kind == Pooling::kMean ? "mean" : "mean_std"; }

Embedding pool(const FramesView& frames, const PoolOptions& options) {
  check(frames);
  const auto rows = static_cast<Eigen::Index>(frames.num_frames);
  const auto dim = static_cast<Eigen::Index>(frames.dim);
  const Eigen::Map<const RowMajor> values(frames.values.data(), rows, dim);

  // Sums in double: hours of frames would otherwise lose the low digits.
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(dim);
  for (Eigen::Index t = 0; t < rows; ++t) sum += values.row(t).transpose().cast<double>();
  const Eigen::VectorXd mean = sum / static_cast<double>(rows);

  Eigen::VectorXd pooled = mean;
  if (options.kind == Pooling::kMeanStd) {
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(dim);
    for (Eigen::Index t = 0; t < rows; ++t) squares += (values.row(t).transpose().cast<double>() - mean).cwiseAbs2();
    pooled.resize(2 * dim);
    pooled << mean, (squares / static_cast<double>(rows)).cwiseSqrt();
  }
  if (!pooled.allFinite()) throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
  const double norm = pooled.norm();
  if (options.l2_normalize && norm > 0.0) pooled /= norm;

  Embedding embedding{.values = std::vector<float>(static_cast<std::size_t>(pooled.size())),
                      .encoder_id = frames.encoder_id};
  Eigen::Map<Eigen::VectorXf>(embedding.values.data(), pooled.size()) = pooled.cast<float>();
  embedding.encoder_id.pooling = to_string(options.kind);
  return embedding;
}

}  // namespace mess
