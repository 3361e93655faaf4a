// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "src/neural/layers/parameters.h"
#include "src/neural/model_folder.h"
#include "src/neural/models/token_batch.h"
#include "src/neural/tensor/checkpoint.h"

namespace mess::internal {

/// A network from tokens to one vector per text.
class TextTower : Immovable {
 public:
  virtual ~TextTower() = default;
  /// @return sequences x dim, not normalised
  virtual at::Tensor embed(const TokenBatch& batch) const = 0;

  virtual std::int64_t dim() const = 0;
  virtual std::int64_t vocabulary_size() const = 0;
  virtual std::int64_t max_tokens() const = 0;
  virtual std::int64_t pad_token_id() const = 0;
  /// What a checkpoint of this kind may hold beside the parameters.
  virtual KeyRules key_rules() const = 0;

  Parameters& parameters() { return parameters_; }

 protected:
  Parameters parameters_;
};

/// Mean over the tokens of each sequence. @param hidden  rows x hidden @return sequences x hidden
at::Tensor mean_of_tokens(const at::Tensor& hidden, const SequenceGroups& groups);
/// The first token of each sequence.
at::Tensor first_token(const at::Tensor& hidden, const SequenceGroups& groups);

/// The rows without padding at their ends. @throws InvalidArgument  an empty row, one too long, an id out of range
std::vector<std::span<const std::int64_t>> checked_rows(const TextTower& tower,
                                                        std::span<const std::vector<std::int64_t>> rows);

/// Builds the network that config.json describes, without weights. Text models: bert, mpnet, roberta, clap.
/// @throws ModelError  for another model_type or a setting that is not supported
std::unique_ptr<TextTower> make_text_tower(const ModelFolder& folder);

}  // namespace mess::internal
