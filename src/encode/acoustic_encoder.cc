// SPDX-License-Identifier: MIT
// The "acoustic" encoder: timbre without weights. A frame describes 16 consecutive spectra (0.8 s) by the mean, the standard
// deviation and the mean absolute step of each spectral feature, standardised by fixed constants.
#include <array>
#include <cmath>

#include "mess/error.h"
#include "src/encode/acoustic_statistics.h"
#include "src/encode/block_cutter.h"
#include "src/encode/builtin_encoders.h"
#include "src/encode/spectral_features.h"

namespace mess::internal {
namespace {

constexpr int kSampleRateHz = 22050;
constexpr std::size_t kBlockSize = 2048;
constexpr std::size_t kBlockHop = 1024;
constexpr std::size_t kSpectraPerFrame = 16;
constexpr std::size_t kSpectraPerHop = 8;
constexpr std::size_t kDim = 3 * SpectralFeatures::kDim;
static_assert(kAcousticMean.size() == kDim && kAcousticStd.size() == kDim);

// Rows of the last kSpectraPerFrame spectra.
using Texture = std::vector<std::array<float, SpectralFeatures::kDim>>;

void describe(const Texture& rows, std::vector<float>& out) {
  const std::size_t first = out.size();
  out.resize(first + kDim);
  const auto count = static_cast<double>(rows.size());
  for (std::size_t d = 0; d < SpectralFeatures::kDim; ++d) {
    double sum = 0.0;
    double step = 0.0;
    for (std::size_t t = 0; t < rows.size(); ++t) {
      sum += rows[t][d];
      if (t > 0) step += std::abs(static_cast<double>(rows[t][d]) - rows[t - 1][d]);
    }
    const double mean = sum / count;
    double variance = 0.0;
    for (const auto& row : rows) variance += (row[d] - mean) * (row[d] - mean);
    const std::array<double, 3> statistics{mean, std::sqrt(variance / count), rows.size() > 1 ? step / (count - 1) : 0.0};
    for (std::size_t s = 0; s < statistics.size(); ++s) {
      const std::size_t column = s * SpectralFeatures::kDim + d;
      out[first + column] = static_cast<float>((statistics[s] - kAcousticMean[column]) / kAcousticStd[column]);
    }
  }
}

class AcousticSession : public EncodeSession {
 public:
  explicit AcousticSession(EncoderId id) { frames_.encoder_id = std::move(id); }

  AudioFormat wanted_format() const override { return {kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override {
    cutter_.push(chunk, [this](std::span<const float> block) { add_block(block); });
  }
  Frames finish() override {
    cutter_.flush([this](std::span<const float> block) { add_block(block); });
    if (cutter_.num_blocks() == 0) throw InvalidArgument("[encode] audio: expected at least one sample, found none");
    if (frames_.values.empty() || texture_.size() > kSpectraPerFrame - kSpectraPerHop) describe(texture_, frames_.values);
    frames_.dim = kDim;
    frames_.num_frames = frames_.values.size() / kDim;
    frames_.hop_seconds = static_cast<double>(kSpectraPerHop * kBlockHop) / kSampleRateHz;
    frames_.window_seconds = static_cast<double>((kSpectraPerFrame - 1) * kBlockHop + kBlockSize) / kSampleRateHz;
    return std::move(frames_);
  }

 private:
  void add_block(std::span<const float> block) {
    features_.compute(block, texture_.emplace_back());
    if (texture_.size() < kSpectraPerFrame) return;
    describe(texture_, frames_.values);
    texture_.erase(texture_.begin(), texture_.begin() + kSpectraPerHop);
  }

  SpectralFeatures features_{kBlockSize, kSampleRateHz};
  BlockCutter cutter_{kBlockSize, kBlockHop};
  Texture texture_;
  Frames frames_;
};

class AcousticEncoder : public Encoder {
 public:
  EncoderId id() const override { return {.name = "acoustic", .version = 1}; }
  std::size_t dim() const override { return kDim; }
  AudioFormat input_format() const override { return {kSampleRateHz, 1}; }
  std::unique_ptr<EncodeSession> start() const override { return std::make_unique<AcousticSession>(id()); }
};

}  // namespace

std::unique_ptr<Encoder> make_acoustic_encoder(const EncoderOptions&) { return std::make_unique<AcousticEncoder>(); }

}  // namespace mess::internal
