// SPDX-License-Identifier: MIT
#include "src/neural/models/clap.h"

#include "mess/error.h"
#include "src/neural/models/bert.h"
#include "src/neural/models/config_values.h"
#include "src/neural/models/mel_spectrogram.h"
#include "src/neural/models/swin.h"

namespace mess::internal {
namespace {

constexpr double kClipSeconds = 10.0;

/// Two linear layers into the joint space.
class Projection : Immovable {
 public:
  Projection(const Scope& scope, std::int64_t in, std::int64_t out, Activation activation)
      : first_(scope / "linear1", in, out, {.activation = activation}), second_(scope / "linear2", out, out) {}

  at::Tensor operator()(const at::Tensor& input) const { return second_(first_(input)); }

 private:
  Linear first_;
  Linear second_;
};

struct JointSpace {
  std::int64_t dim = 512;
  Activation activation = Activation::kRelu;

  static JointSpace read(const JsonObject& config) {
    return {.dim = ConfigValues(config).count("projection_dim", 512),
            .activation = parse_activation(config.text("projection_hidden_act", "relu"))};
  }
};

// A section that is absent stands for a section of defaults.
JsonObject section(const ModelFolder& folder, const std::string& key) {
  return folder.config.contains(key) ? folder.config.object(key) : JsonObject::parse("{}", folder.config.name());
}

MelSpectrogramConfig read_spectrogram(const ModelFolder& folder, const SwinConfig& swin) {
  MelSpectrogramConfig config;
  const auto file = folder.path / "preprocessor_config.json";
  if (std::filesystem::exists(file)) {
    const JsonObject json = JsonObject::read(file);
    const ConfigValues values(json);
    config.sample_rate_hz = values.count("sampling_rate", 48000);
    config.fft_size = values.count("fft_window_size", 1024);
    config.hop_samples = values.count("hop_length", 480);
    config.num_mels = values.count("feature_size", 64);
    config.min_hz = json.number("frequency_min", 0.0);  // the class's default; the released models say 50
    config.max_hz = values.positive("frequency_max", 14000.0);
    values.expect_text("truncation", "rand_trunc");
    values.expect_text("padding", "repeatpad");
  }
  const double top_hz = static_cast<double>(config.sample_rate_hz) / 2.0;
  if (config.num_mels != swin.num_mels || config.min_hz < 0.0 || config.min_hz >= config.max_hz ||
      config.max_hz > top_hz || config.fft_size > 65536 || config.fft_size < 16 || config.sample_rate_hz < 8000) {
    throw ModelError("[neural] " + file.string() + ": expected a spectrogram of " + std::to_string(swin.num_mels) +
                     " mel bins between 0 Hz and half the sample rate, found others");
  }
  return config;
}

// As often as it fits, then zeros.
at::Tensor repeated_to(const at::Tensor& waves, std::int64_t num_samples) {
  const std::int64_t missing = num_samples - waves.size(1);
  if (missing == 0)
    return waves;
  const auto repeated = waves.repeat({1, num_samples / waves.size(1)});
  return at::constant_pad_nd(repeated, {0, num_samples - repeated.size(1)});
}

class ClapAudioTower final : public AudioTower {
 public:
  ClapAudioTower(const JointSpace& space, const SwinConfig& swin, const MelSpectrogramConfig& spectrogram)
      : space_(space),
        rate_hz_(spectrogram.sample_rate_hz),
        spectrogram_(spectrogram),
        network_(Scope(parameters_) / "audio_model.audio_encoder", swin),
        projection_(Scope(parameters_) / "audio_projection", swin.out_channels(), space.dim, space.activation) {}

  at::Tensor embed(const at::Tensor& waves) const override {
    const auto projected = projection_(network_(spectrogram_(repeated_to(waves, max_samples())))).to(at::kFloat);
    return (projected / projected.norm(2, 1, true).clamp_min(1e-12)).unsqueeze(1);
  }

  int sample_rate_hz() const override { return static_cast<int>(rate_hz_); }
  std::int64_t dim() const override { return space_.dim; }
  std::int64_t min_samples() const override { return 1; }
  std::int64_t max_samples() const override { return static_cast<std::int64_t>(kClipSeconds) * rate_hz_; }
  std::int64_t num_frames(std::int64_t) const override { return 1; }
  double default_window_seconds() const override { return kClipSeconds; }
  double default_frame_seconds() const override { return kClipSeconds; }
  KeyRules key_rules() const override {
    return {.prefixes = {},
            .ignorable = {"text_model.*", "text_projection.*", "logit_scale_*", "*.relative_position_index",
                          "*.num_batches_tracked"}};
  }

 private:
  JointSpace space_;
  std::int64_t rate_hz_;
  MelSpectrogram spectrogram_;
  Swin network_;
  Projection projection_;
};

class ClapTextTower final : public TextTower {
 public:
  ClapTextTower(const JointSpace& space, const BertConfig& config)
      : space_(space),
        config_(config),
        network_(Scope(parameters_) / "text_model", config),
        pooler_(Scope(parameters_) / "text_model.pooler.dense", config.layer.hidden, config.layer.hidden),
        projection_(Scope(parameters_) / "text_projection", config.layer.hidden, space.dim, space.activation) {}

  at::Tensor embed(const TokenBatch& batch) const override {
    return projection_(at::tanh(pooler_(first_token(network_(batch), batch.groups))));
  }

  std::int64_t dim() const override { return space_.dim; }
  std::int64_t vocabulary_size() const override { return config_.vocabulary_size; }
  std::int64_t max_tokens() const override { return config_.max_tokens(); }
  std::int64_t pad_token_id() const override { return config_.pad_token_id; }
  KeyRules key_rules() const override {
    return {.prefixes = {},
            .ignorable = {"audio_model.*", "audio_projection.*", "logit_scale_*", "text_model.embeddings.position_ids",
                          "text_model.embeddings.token_type_ids"}};
  }

 private:
  JointSpace space_;
  BertConfig config_;
  Bert network_;
  Linear pooler_;
  Projection projection_;
};

}  // namespace

std::unique_ptr<AudioTower> make_clap_audio_tower(const ModelFolder& folder) {
  const SwinConfig swin = SwinConfig::read(section(folder, "audio_config"));
  return std::make_unique<ClapAudioTower>(JointSpace::read(folder.config), swin, read_spectrogram(folder, swin));
}

std::unique_ptr<TextTower> make_clap_text_tower(const ModelFolder& folder) {
  // 1e-12 is CLAP's own default for the norms; RoBERTa's would be 1e-5.
  const BertConfig config = BertConfig::read(section(folder, "text_config"), true);
  return std::make_unique<ClapTextTower>(JointSpace::read(folder.config), config);
}

}  // namespace mess::internal
