// SPDX-License-Identifier: MIT
#include "mess/error.h"
#include "src/neural/models/hubert.h"
#include "src/neural/models/layer_choice.h"

namespace mess::internal {
namespace {

class HubertTower final : public AudioTower {
 public:
  HubertTower(const HubertConfig& config, const EncoderOptions& options)
      : config_(config),
        choice_(LayerChoice::of(options, config.num_layers + 1)),
        network_(Scope(parameters_), config) {}

  at::Tensor embed(const at::Tensor& waves) const override { return choice_.combine(network_.hidden_states(waves)); }

  int sample_rate_hz() const override { return config_.sample_rate_hz; }
  std::int64_t dim() const override { return config_.layer.hidden * choice_.num_outputs(); }
  std::int64_t min_samples() const override { return config_.front_end.receptive_field(); }
  std::int64_t num_frames(std::int64_t num_samples) const override { return config_.front_end.num_frames(num_samples); }
  // MERT was trained on crops of 5 s.
  double default_window_seconds() const override { return 5.0; }
  double default_frame_seconds() const override { return 1.0; }
  KeyRules key_rules() const override {
    return {.prefixes = {"hubert.", "mert_model.", "model."}, .ignorable = {"masked_spec_embed", "lm_head.*"}};
  }

 private:
  HubertConfig config_;
  LayerChoice choice_;
  Hubert network_;
};

}  // namespace

std::unique_ptr<AudioTower> make_hubert_tower(const ModelFolder& folder, const EncoderOptions& options) {
  return std::make_unique<HubertTower>(HubertConfig::read(folder), options);
}

}  // namespace mess::internal
