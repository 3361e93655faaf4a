// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "mess/encode.h"
#include "src/neural/layers/parameters.h"
#include "src/neural/model_folder.h"
#include "src/neural/tensor/checkpoint.h"

namespace mess::internal {

/// A network from windows of mono samples to frames.
class AudioTower : Immovable {
 public:
  virtual ~AudioTower() = default;
  /// @param waves  windows x samples, float32; all windows have the same length, at least min_samples()
  /// @return windows x frames x dim; the values of a window do not depend on the others
  virtual at::Tensor embed(const at::Tensor& waves) const = 0;

  virtual int sample_rate_hz() const = 0;
  virtual std::int64_t dim() const = 0;
  virtual std::int64_t min_samples() const = 0;
  /// Frames that embed() makes of a window.
  virtual std::int64_t num_frames(std::int64_t num_samples) const = 0;
  virtual double default_window_seconds() const = 0;
  /// The length of the frames that are handed out, when the caller names none; beyond the window: one frame per window.
  virtual double default_frame_seconds() const = 0;
  /// Longest window, in samples; 0 where there is no limit.
  virtual std::int64_t max_samples() const { return 0; }
  /// What a checkpoint of this kind may hold beside the parameters.
  virtual KeyRules key_rules() const = 0;

  Parameters& parameters() { return parameters_; }

 protected:
  Parameters parameters_;
};

/// Builds the network that config.json describes, without weights. Audio models: mert_model, hubert, clap.
/// @throws ModelError  for another model_type or a setting that is not supported
/// @throws InvalidArgument  for layers the model does not have
std::unique_ptr<AudioTower> make_audio_tower(const ModelFolder& folder, const EncoderOptions& options);

}  // namespace mess::internal
