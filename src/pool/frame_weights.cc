// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "mess/pool.h"
#include "src/pool/frame_moments.h"
#include "src/pool/frame_times.h"

namespace mess {
namespace {

constexpr double kNoveltySeconds = 4.0;

double power_of(float dbfs, float loudest_dbfs) {
  return std::isfinite(dbfs) ? std::pow(10.0, 0.1 * static_cast<double>(dbfs - loudest_dbfs)) : 0.0;
}

}  // namespace

std::vector<float> energy_weights(const FramesView& frames, std::span<const float> energy_dbfs) {
  if (energy_dbfs.empty())
    throw InvalidArgument("[pool] energy_dbfs: expected a level for each second, found none");
  const internal::FrameTimes times(frames);
  const float loudest = *std::max_element(energy_dbfs.begin(), energy_dbfs.end());
  std::vector<float> weights(frames.num_frames, 1.0f);
  if (!std::isfinite(loudest))
    return weights;  // silence
  for (std::size_t t = 0; t < weights.size(); ++t) {
    const auto second = static_cast<std::size_t>(times.middle_seconds(static_cast<Eigen::Index>(t)));
    weights[t] = static_cast<float>(power_of(energy_dbfs[std::min(second, energy_dbfs.size() - 1)], loudest));
  }
  return weights;
}

std::vector<float> novelty_weights(const FramesView& frames) {
  const internal::FrameTimes times(frames);
  const internal::FrameRows rows = internal::rows_of(frames);
  if (!rows.allFinite())
    throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
  const internal::FrameMoments moments(rows);
  const auto reach =
      std::max<Eigen::Index>(1, static_cast<Eigen::Index>(std::round(kNoveltySeconds / frames.hop_seconds)));
  Eigen::ArrayXd change(rows.rows());
  for (Eigen::Index t = 0; t < rows.rows(); ++t) {
    const auto before = moments.over(std::max<Eigen::Index>(0, t - reach), t + 1);
    const auto after = moments.over(t, std::min(rows.rows(), t + reach + 1));
    change[t] = (before.mean - after.mean).norm();
  }
  const double deviation = std::sqrt((change - change.mean()).square().mean());
  const Eigen::ArrayXd standardised = (change - change.mean()) / std::max(deviation, 1e-9);
  const Eigen::ArrayXf weights = (standardised - standardised.maxCoeff()).exp().cast<float>();
  return {weights.begin(), weights.end()};
}

}  // namespace mess
