// SPDX-License-Identifier: MIT
#include "src/moments/scaled_rows.h"

#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "src/support/kernels/kernels.h"

namespace mess {

FrameScale fit_frame_scale(std::span<const FramesView> frames) {
  if (frames.empty())
    throw InvalidArgument("[moments] frames: expected some to fit a scale, found none");
  const std::size_t dim = frames.front().dim;
  std::vector<double> sums(dim);
  std::vector<double> squares(dim);
  double count = 0.0;
  // Measured from the first row: a mean far from 0 would otherwise cancel in the squares.
  const std::span<const float> origin = frames.front().values.first(std::min(dim, frames.front().values.size()));
  for (const FramesView& view : frames) {
    internal::check_shape(view, "frames");
    if (view.dim != dim)
      throw InvalidArgument("[moments] frames: expected a dim of " + std::to_string(dim) + ", found " +
                            std::to_string(view.dim));
    for (std::size_t i = 0; i < view.values.size(); ++i) {
      const double value = static_cast<double>(view.values[i]) - origin[i % dim];
      sums[i % dim] += value;
      squares[i % dim] += value * value;
    }
    count += static_cast<double>(view.num_frames);
  }
  double mean_variance = 0.0;
  for (std::size_t d = 0; d < dim; ++d) {
    sums[d] /= count;
    if (!std::isfinite(sums[d]) || !std::isfinite(squares[d]))
      throw InvalidArgument("[moments] frames: expected finite values, found NaN or infinity");
    squares[d] = std::max(0.0, squares[d] / count - sums[d] * sums[d]);
    mean_variance += squares[d] / static_cast<double>(dim);
  }
  FrameScale scale{.mean = std::vector<float>(dim), .deviation = std::vector<float>(dim)};
  for (std::size_t d = 0; d < dim; ++d) {
    scale.mean[d] = static_cast<float>(sums[d] + origin[d]);
    scale.deviation[d] = static_cast<float>(std::sqrt(squares[d] + 0.01 * mean_variance + 1e-20));
  }
  return scale;
}

namespace internal {

void check_scale(const FrameScale& scale, std::size_t dim) {
  if (scale.mean.size() != scale.deviation.size() || (!scale.mean.empty() && scale.mean.size() != dim))
    throw InvalidArgument("[moments] scale: expected " + std::to_string(dim) + " means and deviations, found " +
                          std::to_string(scale.mean.size()) + " and " + std::to_string(scale.deviation.size()));
  const bool is_sound =
      std::all_of(scale.mean.begin(), scale.mean.end(), [](float m) { return std::isfinite(m); }) &&
      std::all_of(scale.deviation.begin(), scale.deviation.end(), [](float d) { return d > 0.0f && std::isfinite(d); });
  if (!is_sound)
    throw InvalidArgument("[moments] scale: expected finite means and deviations above 0, found others");
}

void check_shape(const FramesView& frames, const std::string& what) {
  if (frames.num_frames == 0 || frames.dim == 0)
    throw InvalidArgument("[moments] " + what + ": expected at least one frame, found none");
  if (frames.values.size() / frames.dim != frames.num_frames || frames.values.size() % frames.dim != 0)
    throw InvalidArgument("[moments] " + what + ": expected " + std::to_string(frames.num_frames) + " x " +
                          std::to_string(frames.dim) + " values, found " + std::to_string(frames.values.size()));
  if (!(frames.hop_seconds > 0.0) || !std::isfinite(frames.hop_seconds))
    throw InvalidArgument("[moments] " + what + ": expected frames with hop_seconds above 0, found " +
                          std::to_string(frames.hop_seconds));
}

ScaledRows::ScaledRows(const FramesView& frames, const FrameScale* scale, const std::string& what)
    : num_rows_(frames.num_frames), dim_(frames.dim) {
  check_shape(frames, what);
  values_.assign(frames.values.begin(), frames.values.end());
  if (scale != nullptr && !scale->mean.empty()) {
    check_scale(*scale, dim_);
    for (std::size_t t = 0; t < num_rows_; ++t) {
      float* const values = values_.data() + t * dim_;
      for (std::size_t d = 0; d < dim_; ++d)
        values[d] = (values[d] - scale->mean[d]) / scale->deviation[d];
    }
  }
  energy_.resize(num_rows_ + 1);
  for (std::size_t t = 0; t < num_rows_; ++t)
    energy_[t + 1] = energy_[t] + static_cast<double>(dot(row(t), row(t), dim_));
  // One that is not finite makes all sums after it so.
  if (!std::isfinite(energy_.back()))
    throw InvalidArgument("[moments] " + what +
                          ": expected finite frames of moderate size, found NaN, infinity or more");
}

}  // namespace internal
}  // namespace mess
