// SPDX-License-Identifier: MIT
#include "src/audio/channel_mixer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "src/audio/ffmpeg_handles.h"

namespace mess::internal {
namespace {

constexpr double kMinus3Decibels = 0.70710678118654752;

AVChannelLayout layout_for(int num_channels, std::uint64_t speaker_mask) {
  AVChannelLayout layout = {};
  const bool is_known = speaker_mask != 0 && av_channel_layout_from_mask(&layout, speaker_mask) == 0;
  if (!is_known || layout.nb_channels != num_channels)
    av_channel_layout_default(&layout, num_channels);
  return layout;
}

// libswresample scales all of its largest matrix, however few channels are asked for.
constexpr std::size_t kMatrixStride = 64;

bool stereo_matrix(int num_inputs, std::uint64_t speaker_mask, std::vector<double>& matrix) {
  const AVChannelLayout from = layout_for(num_inputs, speaker_mask);
  const AVChannelLayout to = layout_for(2, 0);
  matrix.assign(kMatrixStride * kMatrixStride, 0.0);
  return swr_build_matrix2(&from, &to, kMinus3Decibels, kMinus3Decibels, 0.0, 1.0, 1.0, matrix.data(), kMatrixStride,
                           AV_MATRIX_ENCODING_NONE, nullptr) >= 0;
}

std::vector<float> to_stereo(int num_inputs, std::uint64_t speaker_mask) {
  std::vector<double> matrix;
  if (!stereo_matrix(num_inputs, speaker_mask, matrix))
    stereo_matrix(num_inputs, 0, matrix);
  const auto row = [&](std::size_t output) { return std::span(matrix).subspan(output * kMatrixStride, num_inputs); };
  double largest_sum = 1.0;
  for (const std::size_t output : {std::size_t{0}, std::size_t{1}}) {
    const auto add_size = [](double sum, double weight) { return sum + std::abs(weight); };
    largest_sum = std::max(largest_sum, std::accumulate(row(output).begin(), row(output).end(), 0.0, add_size));
  }
  std::vector<float> weights;
  for (const std::size_t output : {std::size_t{0}, std::size_t{1}}) {
    for (const double weight : row(output))
      weights.push_back(static_cast<float>(weight / largest_sum));
  }
  return weights;
}

std::vector<float> mix_weights(int num_inputs, int num_outputs, std::uint64_t speaker_mask) {
  const auto inputs = static_cast<std::size_t>(num_inputs);
  const auto outputs = static_cast<std::size_t>(num_outputs);
  if (num_inputs == 1)
    return std::vector<float>(outputs, 1.0f);
  if (num_outputs == 1)
    return std::vector<float>(inputs, 1.0f / static_cast<float>(num_inputs));
  if (num_outputs == 2 && num_inputs > 2)
    return to_stereo(num_inputs, speaker_mask);
  std::vector<float> weights(inputs * outputs, 0.0f);
  for (std::size_t c = 0; c < std::min(inputs, outputs); ++c)
    weights[c * inputs + c] = 1.0f;
  return weights;
}

}  // namespace

ChannelMixer::ChannelMixer(int num_inputs, int num_outputs, std::uint64_t speaker_mask)
    : num_inputs_(num_inputs),
      num_outputs_(num_outputs),
      weights_(mix_weights(num_inputs, num_outputs, speaker_mask)) {}

void ChannelMixer::mix(const PlanarChunk& input, PlanarChunk& output) const {
  output.format.sample_rate_hz = input.format.sample_rate_hz;
  output.resize(input.num_frames, num_outputs_);
  const float* weight = weights_.data();
  for (int out = 0; out < num_outputs_; ++out) {
    float* to = output.channel(out);
    std::fill_n(to, input.num_frames, 0.0f);
    for (int in = 0; in < num_inputs_; ++in, ++weight) {
      if (*weight == 0.0f)
        continue;
      const float* from = input.channel(in);
      for (std::size_t i = 0; i < input.num_frames; ++i)
        to[i] += *weight * from[i];
    }
  }
}

}  // namespace mess::internal
