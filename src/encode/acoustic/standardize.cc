// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/standardize.h"

#include <algorithm>
#include <cmath>

#include "src/encode/acoustic/layout.h"
#include "src/encode/acoustic/statistics.h"
#include "src/support/kernels/kernels.h"

namespace mess::internal::acoustic {
namespace {

constexpr float kLargestDeviation = 5.0f;

double length_of_weights() {
  double squares = 0.0;
  for (const Block& block : kBlocks)
    squares += static_cast<double>(block.weight) * block.weight;
  return std::sqrt(squares);
}

// Row i of a whitening matrix gives value i.
std::vector<float> whiten(std::span<const float> rows, std::span<const float> features) {
  std::vector<float> values;
  for (std::size_t start = 0; start < rows.size(); start += features.size()) {
    values.push_back(dot(rows.data() + start, features.data(), features.size()));
  }
  return values;
}

void scale_to(double length, std::span<float> values) {
  double squares = 0.0;
  for (const float value : values)
    squares += static_cast<double>(value) * value;
  if (squares == 0.0)
    return;
  const double factor = length / std::sqrt(squares);
  for (float& value : values)
    value = static_cast<float>(value * factor);
}

}  // namespace

std::vector<float> standardize_track(std::span<const float> features) {
  if (features.empty())
    return std::vector<float>(num_track_values(), 0.0f);
  const double total_length = length_of_weights();
  std::vector<float> vector;
  std::size_t start = 0;
  std::size_t num_whitened = 0;
  for (const Block& block : kBlocks) {
    std::vector<float> values;
    for (std::size_t i = start; i < start + block.num_features; ++i) {
      const float deviation = (features[i] - kTrackMean[i]) / kTrackStd[i];
      values.push_back(std::clamp(deviation, -kLargestDeviation, kLargestDeviation));
    }
    if (block.num_values < block.num_features) {
      const std::size_t matrix_size = block.num_values * block.num_features;
      values = whiten(std::span(kPitchWhitening).subspan(num_whitened++ * matrix_size, matrix_size), values);
    }
    scale_to(block.weight / total_length, values);
    vector.insert(vector.end(), values.begin(), values.end());
    start += block.num_features;
  }
  return vector;
}

std::vector<VectorGroup> track_vector_groups() {
  std::vector<VectorGroup> groups;
  std::size_t offset = 0;
  for (const Block& block : kBlocks) {
    if (groups.empty() || groups.back().name != block.group) {
      groups.push_back({.name = std::string(block.group), .offset = offset, .size = 0, .weight = 0.0f});
    }
    VectorGroup& group = groups.back();
    group.size += block.num_values;
    group.weight = std::hypot(group.weight, static_cast<float>(block.weight / length_of_weights()));
    offset += block.num_values;
  }
  return groups;
}

}  // namespace mess::internal::acoustic
