// SPDX-License-Identifier: MIT
#include "mess/text.h"

#include <cmath>
#include <filesystem>
#include <mutex>

#include "mess/error.h"
#include "mess/neural.h"

namespace mess {
namespace {

struct FactorySlot {
  std::mutex mutex;
  TextEncoderFactory factory;
};

FactorySlot& slot() {
  static FactorySlot instance;
  return instance;
}

TextEncoderFactory current_factory() {
  const std::lock_guard lock(slot().mutex);
  return slot().factory;
}

}  // namespace

TextEncoder::~TextEncoder() = default;

void register_text_encoder_factory(TextEncoderFactory factory) {
  const std::lock_guard lock(slot().mutex);
  slot().factory = std::move(factory);
}

std::unique_ptr<TextEncoder> make_text_encoder(const std::string& folder, const TextEncoderOptions& options) {
  if (!std::filesystem::is_directory(folder)) {
    throw ModelError("[encode] text encoder " + folder + ": expected a folder with config.json, found none; " +
                     "mess models pull NAME downloads a model");
  }
  TextEncoderFactory factory = current_factory();
  if (!factory && load_neural())
    factory = current_factory();
  if (!factory)
    throw ModelError("[encode] text encoder " + folder + ": expected libmess_neural, found: " + neural_status());
  return factory(folder, options);
}

double mean_pairwise_cosine(std::span<const float> vectors, std::size_t dim) {
  if (dim == 0 || vectors.size() % dim != 0 || vectors.size() / dim < 2) {
    throw InvalidArgument("[encode] vectors: expected at least two rows of " + std::to_string(dim) + " values, found " +
                          std::to_string(vectors.size()) + " values");
  }
  // The sum over all pairs follows from the length of the sum of the unit vectors.
  const std::size_t count = vectors.size() / dim;
  std::vector<double> sum(dim, 0.0);
  double num_nonzero = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = vectors.subspan(i * dim, dim);
    double square = 0.0;
    for (const float value : row)
      square += static_cast<double>(value) * value;
    if (square == 0.0)
      continue;
    num_nonzero += 1.0;
    for (std::size_t d = 0; d < dim; ++d)
      sum[d] += row[d] / std::sqrt(square);
  }
  double square = 0.0;
  for (const double value : sum)
    square += value * value;
  return (square - num_nonzero) / (static_cast<double>(count) * static_cast<double>(count - 1));
}

}  // namespace mess
