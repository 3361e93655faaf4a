// SPDX-License-Identifier: MIT
// The "neural-probe" encoder: log energies in 16 bands, by ATen's FFT and a matrix product. It needs no weights, and shows
// that libtorch loads, computes and registers; `mess doctor` and the tests use it.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>

#include "mess/encode.h"
#include "mess/error.h"

namespace mess {
namespace {

constexpr int kSampleRateHz = 16000;
constexpr std::int64_t kBlockSize = 512;
constexpr std::int64_t kStride = 160;
constexpr std::int64_t kNumBands = 16;
constexpr std::int64_t kHopsPerFrame = 25;  // 0.25 s
constexpr double kLowHz = 60.0;
constexpr double kHighHz = 8000.0;

// num_bins x kNumBands: 1 where a bin lies in a band; the bands are equally wide on a log axis and leave no gap.
at::Tensor make_bands() {
  const auto hz = at::arange(kBlockSize / 2 + 1, at::kDouble) * kSampleRateHz / kBlockSize;
  const auto position = at::log(hz.clamp_min(kLowHz) / kLowHz) / std::log(kHighHz / kLowHz) * kNumBands;
  const auto band = position.floor().clamp_max(kNumBands - 1).to(at::kLong);
  return at::one_hot(band, kNumBands).to(at::kFloat);
}

class ProbeSession : public EncodeSession {
 public:
  ProbeSession(EncoderId id, at::Tensor bands) : bands_(std::move(bands)) { frames_.encoder_id = std::move(id); }

  AudioFormat wanted_format() const override { return {kSampleRateHz, 1}; }
  void begin(const AudioFormat&) override {}

  void push(std::span<const float> chunk) override {
    pending_.insert(pending_.end(), chunk.begin(), chunk.end());
    constexpr std::size_t kFrameSamples = kHopsPerFrame * kStride;
    constexpr std::size_t kReach = kFrameSamples + kBlockSize - kStride;
    std::size_t start = 0;
    for (; start + kReach <= pending_.size(); start += kFrameSamples)
      describe(start, kReach);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(start));
  }

  Frames finish() override {
    if (frames_.values.empty()) {
      if (pending_.empty())
        throw InvalidArgument("[encode] audio: expected at least one sample, found none");
      pending_.resize(std::max<std::size_t>(pending_.size(), kBlockSize));
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
    const auto samples = at::from_blob(pending_.data() + start, {static_cast<std::int64_t>(count)}, at::kFloat);
    const auto blocks = samples.unfold(0, kBlockSize, kStride) * window_;
    const auto power = at::fft_rfft(blocks).abs().square();
    const auto levels = at::log(at::matmul(power, bands_).mean(0) + 1e-8f).contiguous();
    frames_.values.insert(frames_.values.end(), levels.data_ptr<float>(), levels.data_ptr<float>() + kNumBands);
  }

  at::Tensor bands_;
  at::Tensor window_ = at::hann_window(kBlockSize, at::kFloat);
  std::vector<float> pending_;
  Frames frames_;
};

class ProbeEncoder : public Encoder {
 public:
  EncoderId id() const override { return {.name = "neural-probe", .version = 1}; }
  std::size_t dim() const override { return kNumBands; }
  AudioFormat input_format() const override { return {kSampleRateHz, 1}; }
  std::unique_ptr<EncodeSession> start() const override { return std::make_unique<ProbeSession>(id(), bands_); }

 private:
  at::Tensor bands_ = make_bands();
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
