// SPDX-License-Identifier: MIT
// The "acoustic" encoder: what a track sounds like, without weights.
#include "mess/error.h"
#include "src/encode/acoustic/features_session.h"
#include "src/encode/acoustic/standardize.h"
#include "src/encode/acoustic/statistics.h"
#include "src/encode/builtin_encoders.h"

namespace mess::internal {
namespace {

using acoustic::FeaturesSession;
using acoustic::Texture;

constexpr AudioFormat kFormat{acoustic::kSampleRateHz, 1};
constexpr std::size_t kRowHop = FeaturesSession::kSpectraPerRow * FeaturesSession::kBlockHop;

class AcousticSession : public EncodeSession {
 public:
  explicit AcousticSession(EncoderId id) : id_(std::move(id)) {}

  AudioFormat wanted_format() const override { return kFormat; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override { features_.push(chunk); }
  Frames finish() override {
    features_.finish();
    Frames frames;
    frames.values = features_.take_frames();
    for (std::size_t i = 0; i < frames.values.size(); ++i) {
      const std::size_t column = i % Texture::kDim;
      frames.values[i] = (frames.values[i] - acoustic::kFrameMean[column]) / acoustic::kFrameStd[column];
    }
    frames.dim = Texture::kDim;
    frames.num_frames = frames.values.size() / Texture::kDim;
    frames.hop_seconds = static_cast<double>(Texture::kRowsPerHop * kRowHop) / acoustic::kSampleRateHz;
    frames.window_seconds = static_cast<double>((Texture::kRowsPerFrame - 1) * kRowHop + FeaturesSession::kBlockSize) /
                            acoustic::kSampleRateHz;
    frames.encoder_id = id_;
    frames.track_values = acoustic::standardize_track(features_.track_features());
    return frames;
  }

 private:
  EncoderId id_;
  FeaturesSession features_;
};

class AcousticEncoder : public Encoder {
 public:
  EncoderId id() const override { return {.name = "acoustic", .version = 2}; }
  std::size_t dim() const override { return Texture::kDim; }
  AudioFormat input_format() const override { return kFormat; }
  std::vector<VectorGroup> track_vector_groups() const override { return acoustic::track_vector_groups(); }
  std::unique_ptr<EncodeSession> start() const override { return std::make_unique<AcousticSession>(id()); }
};

}  // namespace

std::unique_ptr<Encoder> make_acoustic_encoder(const EncoderOptions&) { return std::make_unique<AcousticEncoder>(); }

}  // namespace mess::internal
