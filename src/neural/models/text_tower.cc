// SPDX-License-Identifier: MIT
#include "src/neural/models/text_tower.h"

#include "mess/error.h"
#include "src/neural/models/clap.h"
#include "src/neural/models/sentence_encoder.h"

namespace mess::internal {
namespace {

template <typename Reduce>
at::Tensor reduce_sequences(const at::Tensor& hidden, const SequenceGroups& groups, Reduce&& reduce) {
  std::vector<at::Tensor> parts;
  parts.reserve(groups.size());
  for (const SequenceGroup& group : groups) {
    const auto rows = hidden.narrow(0, group.first_row, group.num_rows());
    parts.push_back(reduce(rows.view({group.num_sequences, group.length, hidden.size(1)})));
  }
  return at::cat(parts);
}

}  // namespace

at::Tensor mean_of_tokens(const at::Tensor& hidden, const SequenceGroups& groups) {
  return reduce_sequences(hidden.to(at::kFloat), groups, [](const at::Tensor& rows) { return rows.mean(1); });
}

at::Tensor first_token(const at::Tensor& hidden, const SequenceGroups& groups) {
  return reduce_sequences(hidden, groups, [](const at::Tensor& rows) { return rows.select(1, 0); });
}

std::vector<std::span<const std::int64_t>> checked_rows(const TextTower& tower,
                                                        std::span<const std::vector<std::int64_t>> rows) {
  std::vector<std::span<const std::int64_t>> trimmed;
  trimmed.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::span<const std::int64_t> row(rows[i]);
    while (!row.empty() && row.back() == tower.pad_token_id())
      row = row.first(row.size() - 1);
    const std::string subject = "[neural] token ids, row " + std::to_string(i) + ": expected ";
    if (row.empty() || static_cast<std::int64_t>(row.size()) > tower.max_tokens()) {
      throw InvalidArgument(subject + "1 to " + std::to_string(tower.max_tokens()) + " tokens, found " +
                            std::to_string(row.size()));
    }
    for (const std::int64_t id : row) {
      if (id < 0 || id >= tower.vocabulary_size()) {
        throw InvalidArgument(subject + "ids from 0 to " + std::to_string(tower.vocabulary_size() - 1) + ", found " +
                              std::to_string(id));
      }
    }
    trimmed.push_back(row);
  }
  return trimmed;
}

std::unique_ptr<TextTower> make_text_tower(const ModelFolder& folder) {
  const std::string& type = folder.model_type;
  if (type == "bert" || type == "mpnet" || type == "roberta" || type == "xlm-roberta")
    return make_sentence_tower(folder);
  if (type == "clap")
    return make_clap_text_tower(folder);
  throw ModelError("[neural] " + folder.config.name() +
                   ": model_type: expected a text model (bert, roberta, xlm-roberta, mpnet, clap), found " + type);
}

}  // namespace mess::internal
