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

Eigen::Map<const RowMajor> matrix_of(const FramesView& frames) {
  return {frames.values.data(), static_cast<Eigen::Index>(frames.num_frames), static_cast<Eigen::Index>(frames.dim)};
}

// Sums in double: hours of frames would otherwise lose the low digits.
Eigen::VectorXd mean_over_time(const FramesView& frames) {
  const auto values = matrix_of(frames);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(values.cols());
  for (Eigen::Index t = 0; t < values.rows(); ++t)
    sum += values.row(t).transpose().cast<double>();
  return sum / static_cast<double>(values.rows());
}

Eigen::VectorXd mean_and_deviation(const FramesView& frames) {
  const auto values = matrix_of(frames);
  const Eigen::VectorXd mean = mean_over_time(frames);
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(values.cols());
  for (Eigen::Index t = 0; t < values.rows(); ++t)
    squares += (values.row(t).transpose().cast<double>() - mean).cwiseAbs2();
  Eigen::VectorXd pooled(2 * values.cols());
  pooled << mean, (squares / static_cast<double>(values.rows())).cwiseSqrt();
  return pooled;
}

Eigen::VectorXd track_vector(const FramesView& frames) {
  return Eigen::Map<const Eigen::VectorXf>(frames.track_values.data(),
                                           static_cast<Eigen::Index>(frames.track_values.size()))
      .cast<double>();
}

Pooling resolve(Pooling kind, bool has_track_vector, const EncoderId& id) {
  if (kind == Pooling::kAuto)
    return has_track_vector ? Pooling::kTrack : Pooling::kMeanStd;
  if (kind == Pooling::kTrack && !has_track_vector) {
    throw InvalidArgument(
        "[pool] kind: expected auto, mean or mean_std for frames without a track vector, as those of " + id.str() +
        ", found track");
  }
  return kind;
}

Eigen::VectorXd pooled_values(const FramesView& frames, Pooling kind) {
  if (kind == Pooling::kTrack)
    return track_vector(frames);
  return kind == Pooling::kMean ? mean_over_time(frames) : mean_and_deviation(frames);
}

}  // namespace

Pooling parse_pooling(const std::string& text) {
  for (const Pooling kind : {Pooling::kAuto, Pooling::kTrack, Pooling::kMean, Pooling::kMeanStd}) {
    if (text == to_string(kind))
      return kind;
  }
  throw InvalidArgument("[pool] kind: expected auto, track, mean or mean_std, found \"" + text + "\"");
}

std::string to_string(Pooling kind) {
  switch (kind) {
    case Pooling::kAuto:
      return "auto";
    case Pooling::kTrack:
      return "track";
    case Pooling::kMean:
      return "mean";
    case Pooling::kMeanStd:
      break;
  }
  return "mean_std";
}

EncoderId pooled_id(const Encoder& encoder, Pooling kind) {
  EncoderId id = encoder.id();
  id.pooling = to_string(resolve(kind, !encoder.track_vector_groups().empty(), id));
  return id;
}

Embedding pool(const FramesView& frames, const PoolOptions& options) {
  check(frames);
  const Pooling kind = resolve(options.kind, !frames.track_values.empty(), frames.encoder_id);
  Eigen::VectorXd pooled = pooled_values(frames, kind);
  if (!pooled.allFinite())
    throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
  const double norm = pooled.norm();
  if (options.l2_normalize && norm > 0.0)
    pooled /= norm;

  Embedding embedding{.values = std::vector<float>(static_cast<std::size_t>(pooled.size())),
                      .encoder_id = frames.encoder_id};
  Eigen::Map<Eigen::VectorXf>(embedding.values.data(), pooled.size()) = pooled.cast<float>();
  embedding.encoder_id.pooling = to_string(kind);
  return embedding;
}

}  // namespace mess
