// SPDX-License-Identifier: MIT
#include "src/neural/model_text_encoder.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "mess/error.h"
#include "src/neural/guarded.h"
#include "src/neural/load_parameters.h"
#include "src/neural/models/text_tower.h"

namespace mess::internal {
namespace {

using Rows = std::vector<std::span<const std::int64_t>>;

// Bounds the memory of the activations: 4,096 tokens of a 768-wide model are about 60 MB.
constexpr std::size_t kMaxTokensPerBatch = 4096;

class ModelTextEncoder final : public TextEncoder {
 public:
  ModelTextEncoder(ModelFolder folder, const Placement& placement)
      : folder_(std::move(folder)), placement_(placement), tower_(make_text_tower(folder_)) {
    load_parameters(tower_->parameters(), folder_, tower_->key_rules(), placement_);
    // Damaged weights show before the first text.
    const std::vector<std::int64_t> row{tower_->pad_token_id() == 0 ? 1 : 0};
    encode_tokens(std::array{row});
  }

  EncoderId id() const override { return {.name = folder_.name, .version = 1, .pooling = {}}; }
  std::size_t dim() const override { return static_cast<std::size_t>(tower_->dim()); }
  std::size_t max_tokens() const override { return static_cast<std::size_t>(tower_->max_tokens()); }
  std::int64_t pad_token_id() const override { return tower_->pad_token_id(); }
  std::string license() const override { return folder_.license; }

  std::vector<float> encode_tokens(std::span<const std::vector<std::int64_t>> rows) const override {
    return guarded(folder_.name, [&] {
      const c10::InferenceMode inference;
      const Rows trimmed = checked_rows(*tower_, rows);
      std::vector<std::size_t> order(rows.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return trimmed[a].size() < trimmed[b].size(); });
      std::vector<float> vectors(rows.size() * dim());
      std::span<const std::size_t> rest(order);
      while (!rest.empty()) {
        const std::size_t count = batch_size(trimmed, rest);
        encode_batch(trimmed, rest.first(count), vectors);
        rest = rest.subspan(count);
      }
      return vectors;
    });
  }

 private:
  static std::size_t batch_size(const Rows& rows, std::span<const std::size_t> order) {
    std::size_t num_tokens = 0;
    std::size_t count = 0;
    while (count < order.size() && (count == 0 || num_tokens + rows[order[count]].size() <= kMaxTokensPerBatch))
      num_tokens += rows[order[count++]].size();
    return count;
  }

  void encode_batch(const Rows& rows, std::span<const std::size_t> order, std::vector<float>& vectors) const {
    const TokenBatch batch = make_token_batch(rows, order, placement_.device);
    const auto pooled = tower_->embed(batch).to(at::kFloat);
    if (!at::isfinite(pooled).all().item<bool>()) {
      throw ModelError("[neural] " + folder_.path.string() +
                       ": expected finite values from the model, found others; its weights may be damaged");
    }
    const auto unit = (pooled / pooled.norm(2, 1, true).clamp_min(1e-12)).cpu().contiguous();
    const float* values = unit.const_data_ptr<float>();
    for (std::size_t i = 0; i < order.size(); ++i)
      std::copy_n(values + i * dim(), dim(), vectors.data() + order[i] * dim());
  }

  ModelFolder folder_;
  Placement placement_;
  std::unique_ptr<TextTower> tower_;
};

}  // namespace

std::unique_ptr<TextEncoder> open_text_encoder(const std::string& folder, const TextEncoderOptions& options) {
  return guarded(folder, [&] {
    return std::make_unique<ModelTextEncoder>(ModelFolder::open(folder, options.id_name),
                                              choose_placement(options.device, options.precision));
  });
}

}  // namespace mess::internal
