// SPDX-License-Identifier: MIT
// The "neural-probe" encoder: band energies by one convolution with a fixed bank of windowed cosines. It needs no weights, and
// shows that libtorch loads, computes and registers; `mess doctor` and the tests use it.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <numbers>

#include "mess/encode.h"
#include "mess/error.h"

namespace mess {
namespace {

constexpr int kSampleRateHz = 16000;
constexpr std::int64_t kKernelSize = 400;
constexpr std::int64_t kStride = 160;
constexpr std::int64_t kNumBands = 16;
constexpr std::int64_t kHopsPerFrame = 25;  // 0.25 s

// kNumBands pairs of cosine and sine filters at mel-like spaced frequencies, Hann-windowed.
at::Tensor make_filters() {
  const auto time = at::arange(kKernelSize, at::kDouble) / kSampleRateHz;
  const auto hz = 60.0 * at::pow(2.0, at::arange(kNumBands, at::kDouble) * 0.44);
  const auto phase = hz.unsqueeze(1) * time.unsqueeze(0) * (2.0 * std::numbers::pi);
  const auto window = at::hann_window(kKernelSize, at::kDouble);
  return (at::cat({at::cos(phase), at::sin(phase)}) * window).unsqueeze(1).to(at::kFloat);
}

class ProbeSession : public EncodeSession {
 public:
  ProbeSession(EncoderId id, at::Tensor filters) : filters_(std::move(filters)) { frames_.encoder_id = std::move(id); }

  AudioFormat wanted_format() const override { return {kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}

  void push(std::span<const float> chunk) override {
    pending_.insert(pending_.end(), chunk.begin(), chunk.end());
    constexpr std::size_t kFrameSamples = kHopsPerFrame * kStride;
    constexpr std::size_t kReach = kFrameSamples + kKernelSize - kStride;
    std::size_t start = 0;
    for (; start + kReach <= pending_.size(); start += kFrameSamples) describe(start, kReach);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(start));
  }

  Frames finish() override {
    if (frames_.values.empty()) {
      if (pending_.empty()) throw InvalidArgument("[encode] audio: expected at least one sample, found none");
      pending_.resize(std::max<std::size_t>(pending_.size(), kKernelSize));
      describe(0, pending_.size());
    }
    frames_.dim = kNumBands;
    frames_.num_frames = frames_.values.size() / kNumBands;
    frames_.hop_seconds = frames_.window_seconds = static_cast<double>(kHopsPerFrame * kStride) / kSampleRateHz;
    return std::move(frames_);
  }

 private:
  void describe(std::size_t start, std::size_t count) {
    const c10::InferenceMode inference;
    const auto samples = at::from_blob(pending_.data() + start, {1, 1, static_cast<std::int64_t>(count)}, at::kFloat);
    const auto responses = at::conv1d(samples, filters_, {}, kStride).view({2, kNumBands, -1});
    const auto energy = responses.square().sum(0).mean(1);
    const auto levels = at::log(energy + 1e-8f).contiguous();
    frames_.values.insert(frames_.values.end(), levels.data_ptr<float>(), levels.data_ptr<float>() + kNumBands);
  }

  at::Tensor filters_;
  std::vector<float> pending_;
  Frames frames_;
};

class ProbeEncoder : public Encoder {
 public:
  EncoderId id() const override { return {.name = "neural-probe", .version = 1}; }
  std::size_t dim() const override { return kNumBands; }
  AudioFormat input_format() const override { return {kSampleRateHz, 1}; }
  std::unique_ptr<EncodeSession> start() const override { return std::make_unique<ProbeSession>(id(), filters_); }

 private:
  at::Tensor filters_ = make_filters();
};

const bool kRegistered = [] {
  register_encoder("neural-probe", [](const EncoderOptions& options) -> std::unique_ptr<Encoder> {
    if (options.device != "auto" && options.device != "cpu") {
      throw InvalidArgument("[neural] device: neural-probe expects cpu or auto, found " + options.device);
    }
    return std::make_unique<ProbeEncoder>();
  });
  return true;
}();

}  // namespace
}  // namespace mess
