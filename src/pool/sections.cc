// SPDX-License-Identifier: MIT
#include "mess/sections.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

#include "mess/error.h"
#include "src/pool/average_linkage.h"
#include "src/pool/frame_moments.h"
#include "src/pool/frame_times.h"
#include "src/pool/novelty.h"

namespace mess {
namespace {

constexpr double kStepSeconds = 0.75;
constexpr double kDeviationFloor = 0.1;  // of the mean variance: what hardly varies must not be blown up

void check(const SectionOptions& options) {
  if (!(options.kernel_seconds > 0.0 && options.kernel_seconds <= 300.0))
    throw InvalidArgument("[pool] kernel_seconds: expected above 0 to 300, found " +
                          std::to_string(options.kernel_seconds));
  if (!(options.min_section_seconds >= 0.0) || !std::isfinite(options.min_section_seconds))
    throw InvalidArgument("[pool] min_section_seconds: expected 0 or more, found " +
                          std::to_string(options.min_section_seconds));
  if (std::isnan(options.min_novelty) || std::isnan(options.same_label_cosine))
    throw InvalidArgument("[pool] min_novelty, same_label_cosine: expected numbers, found NaN");
}

// The frames in steps of about kStepSeconds, standardised over the track.
class Steps {
 public:
  explicit Steps(const FramesView& frames) : times_(frames) {
    const internal::FrameRows rows = internal::rows_of(frames);
    const auto per_step = static_cast<Eigen::Index>(std::round(kStepSeconds / frames.hop_seconds));
    frames_per_step_ = std::clamp<Eigen::Index>(per_step, 1, rows.rows());
    const Eigen::Index count = rows.rows() / frames_per_step_;
    rows_.resize(count, rows.cols());
    for (Eigen::Index i = 0; i < count; ++i) {
      rows_.row(i) = rows.row(i * frames_per_step_);
      for (Eigen::Index t = 1; t < frames_per_step_; ++t)
        rows_.row(i) += rows.row(i * frames_per_step_ + t);
      rows_.row(i) /= static_cast<float>(frames_per_step_);
    }
    // What is not finite in a frame is not finite in the mean of its step.
    if (!rows_.allFinite() || !rows.bottomRows(rows.rows() - count * frames_per_step_).allFinite())
      throw InvalidArgument("[pool] frames: expected finite values, found NaN or infinity");
    const Eigen::RowVectorXf mean = rows_.colwise().mean();
    rows_.rowwise() -= mean;
    const Eigen::RowVectorXf variance = rows_.colwise().squaredNorm() / static_cast<float>(count);
    const float floor = static_cast<float>(kDeviationFloor) * variance.mean() + 1e-12f;
    rows_.array().rowwise() /= (variance.array() + floor).sqrt();
  }

  const internal::RowMajor& rows() const { return rows_; }
  Eigen::Index in(double seconds) const {
    return std::max<Eigen::Index>(1, static_cast<Eigen::Index>(std::round(seconds / step_seconds())));
  }
  /// Halfway between the middles of the frames on either side.
  double boundary_seconds(Eigen::Index step) const {
    const Eigen::Index frame = step * frames_per_step_;
    return 0.5 * (times_.middle_seconds(frame - 1) + times_.middle_seconds(frame));
  }
  double end_seconds() const { return times_.end_seconds(); }

 private:
  double step_seconds() const {
    return static_cast<double>(frames_per_step_) * (times_.middle_seconds(1) - times_.middle_seconds(0));
  }

  internal::FrameTimes times_;
  Eigen::Index frames_per_step_ = 1;
  internal::RowMajor rows_;
};

// Local maxima that nothing within `apart` steps exceeds.
std::vector<Eigen::Index> find_boundaries(const Eigen::ArrayXd& novelty, Eigen::Index apart, double min_novelty) {
  std::vector<Eigen::Index> boundaries;
  for (Eigen::Index i = 1; i + 1 < novelty.size(); ++i) {
    const Eigen::Index first = std::max<Eigen::Index>(0, i - apart);
    const Eigen::Index count = std::min(novelty.size(), i + apart + 1) - first;
    const bool is_peak = novelty[i] > min_novelty && novelty[i] >= novelty.segment(first, count).maxCoeff();
    if (is_peak && (boundaries.empty() || i - boundaries.back() >= apart))
      boundaries.push_back(i);
  }
  return boundaries;
}

// "A" to "Z", then "AA", "AB" ...
std::string letters(std::size_t number) {
  std::string text(1, static_cast<char>('A' + number % 26));
  return number < 26 ? text : letters(number / 26 - 1) + text;
}

std::vector<std::size_t> label_sections(const internal::RowMajor& rows, const std::vector<Eigen::Index>& edges,
                                        double same_label_cosine) {
  const auto count = static_cast<Eigen::Index>(edges.size()) - 1;
  Eigen::MatrixXf means(count, rows.cols());
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::Index first = edges[static_cast<std::size_t>(i)];
    means.row(i) = rows.middleRows(first, edges[static_cast<std::size_t>(i) + 1] - first).colwise().mean();
  }
  means.rowwise().normalize();
  return internal::average_linkage(means * means.transpose(), static_cast<float>(same_label_cosine));
}

}  // namespace

std::vector<Section> find_sections(const FramesView& frames, const SectionOptions& options) {
  check(options);
  const Steps steps(frames);
  const internal::RowMajor unit_rows = steps.rows().rowwise().normalized();
  const Eigen::ArrayXd novelty = internal::novelty_curve(unit_rows, steps.in(options.kernel_seconds));
  std::vector<Eigen::Index> edges =
      find_boundaries(novelty, steps.in(options.min_section_seconds), options.min_novelty);
  edges.insert(edges.begin(), 0);
  edges.push_back(steps.rows().rows());
  const std::vector<std::size_t> labels = label_sections(steps.rows(), edges, options.same_label_cosine);
  std::vector<Section> sections;
  sections.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool is_last = i + 1 == labels.size();
    sections.push_back({.start_seconds = i == 0 ? 0.0 : sections.back().end_seconds,
                        .end_seconds = is_last ? steps.end_seconds() : steps.boundary_seconds(edges[i + 1]),
                        .label = letters(labels[i])});
  }
  return sections;
}

}  // namespace mess
