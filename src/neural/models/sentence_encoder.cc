// SPDX-License-Identifier: MIT
// Sentence encoders: the hidden states of BERT, RoBERTa or MPNet, pooled over the tokens.
//   Reimers and Gurevych 2019, "Sentence-BERT: sentence embeddings using siamese BERT-networks"
#include "src/neural/models/sentence_encoder.h"
#include "mess/error.h"
#include "src/neural/models/bert.h"
#include "src/neural/models/mpnet.h"

namespace mess::internal {
namespace {

enum class Pooling { kMean, kFirstToken };

Pooling read_pooling(const ModelFolder& folder) {
  const auto file = folder.path / "1_Pooling" / "config.json";
  if (!std::filesystem::exists(file))
    return Pooling::kMean;
  const JsonObject pooling = JsonObject::read(file);
  if (pooling.boolean("pooling_mode_mean_tokens", false))
    return Pooling::kMean;
  if (pooling.boolean("pooling_mode_cls_token", false))
    return Pooling::kFirstToken;
  throw ModelError("[neural] " + pooling.name() + ": pooling: expected the mean of the tokens or the first one");
}

// The tokenizer's longest row of the published model, when it is below what the network can take.
std::int64_t read_max_tokens(const ModelFolder& folder, std::int64_t most) {
  const auto file = folder.path / "sentence_bert_config.json";
  if (!std::filesystem::exists(file))
    return most;
  const std::int64_t stated = JsonObject::read(file).integer("max_seq_length", most);
  if (stated < 1)
    throw ModelError("[neural] " + file.string() + ": max_seq_length: expected at least 1, found " +
                     std::to_string(stated));
  return std::min(stated, most);
}

template <typename Network, typename Config>
class SentenceTower final : public TextTower {
 public:
  SentenceTower(const ModelFolder& folder, const Config& config)
      : config_(config),
        pooling_(read_pooling(folder)),
        max_tokens_(read_max_tokens(folder, config.max_tokens())),
        network_(Scope(parameters_), config) {}

  at::Tensor embed(const TokenBatch& batch) const override {
    const auto hidden = network_(batch);
    return pooling_ == Pooling::kMean ? mean_of_tokens(hidden, batch.groups) : first_token(hidden, batch.groups);
  }
  std::int64_t dim() const override { return config_.layer.hidden; }
  std::int64_t vocabulary_size() const override { return config_.vocabulary_size; }
  std::int64_t max_tokens() const override { return max_tokens_; }
  std::int64_t pad_token_id() const override { return config_.pad_token_id; }
  KeyRules key_rules() const override {
    // Pre-training heads and buffers that count upwards from 0.
    return {.prefixes = {"bert.", "roberta.", "mpnet.", "0.auto_model."},
            .ignorable = {"pooler.*", "cls.*", "lm_head.*", "embeddings.position_ids", "embeddings.token_type_ids"}};
  }

 private:
  Config config_;
  Pooling pooling_;
  std::int64_t max_tokens_;
  Network network_;
};

}  // namespace

std::unique_ptr<TextTower> make_sentence_tower(const ModelFolder& folder) {
  if (folder.model_type == "mpnet")
    return std::make_unique<SentenceTower<Mpnet, MpnetConfig>>(folder, MpnetConfig::read(folder.config));
  const bool is_roberta = folder.model_type != "bert";
  return std::make_unique<SentenceTower<Bert, BertConfig>>(folder, BertConfig::read(folder.config, is_roberta));
}

}  // namespace mess::internal
