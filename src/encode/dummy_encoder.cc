// SPDX-License-Identifier: MIT
// The "dummy" encoder: tiny, deterministic and fast, so that everything above encoders is tested without their cost.
#include <cmath>

#include "mess/error.h"
#include "src/encode/builtin_encoders.h"
#include "src/support/block_cutter.h"

namespace mess::internal {
namespace {

constexpr int kSampleRateHz = 8000;
constexpr std::size_t kBlockSize = 4000;  // 0.5 s
constexpr std::size_t kDim = 8;

// Energy, sign changes and the lag-1 to lag-6 autocorrelation of a block: different sounds give different vectors.
void describe(std::span<const float> block, std::vector<float>& out) {
  double energy = 1e-9;
  int sign_changes = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    energy += static_cast<double>(block[i]) * block[i];
    if (i > 0 && (block[i] < 0.0f) != (block[i - 1] < 0.0f))
      ++sign_changes;
  }
  out.push_back(static_cast<float>(std::log10(energy)));
  out.push_back(static_cast<float>(sign_changes) / static_cast<float>(block.size()));
  for (std::size_t lag = 1; lag <= kDim - 2; ++lag) {
    double correlation = 0.0;
    for (std::size_t i = lag; i < block.size(); ++i)
      correlation += static_cast<double>(block[i]) * block[i - lag];
    out.push_back(static_cast<float>(correlation / energy));
  }
}

class DummySession : public EncodeSession {
 public:
  explicit DummySession(EncoderId id) { frames_.encoder_id = std::move(id); }

  AudioFormat wanted_format() const override { return {kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override {
    cutter_.push(chunk, [this](std::span<const float> block) { describe(block, frames_.values); });
  }
  Frames finish() override {
    cutter_.flush([this](std::span<const float> block) { describe(block, frames_.values); });
    if (frames_.values.empty())
      throw InvalidArgument("[encode] audio: expected at least one sample, found none");
    frames_.dim = kDim;
    frames_.num_frames = frames_.values.size() / kDim;
    frames_.hop_seconds = frames_.window_seconds = static_cast<double>(kBlockSize) / kSampleRateHz;
    return std::move(frames_);
  }

 private:
  BlockCutter cutter_{kBlockSize, kBlockSize};
  Frames frames_;
};

class DummyEncoder : public Encoder {
 public:
  EncoderId id() const override { return {.name = "dummy", .version = 1}; }
  std::size_t dim() const override { return kDim; }
  AudioFormat input_format() const override { return {kSampleRateHz, 1}; }
  std::unique_ptr<EncodeSession> start() const override { return std::make_unique<DummySession>(id()); }
};

}  // namespace

std::unique_ptr<Encoder> make_dummy_encoder(const EncoderOptions&) { return std::make_unique<DummyEncoder>(); }

}  // namespace mess::internal
