// SPDX-License-Identifier: MIT
#include "src/neural/trainable_model.h"

#include <algorithm>
#include <numeric>

#include "mess/error.h"
#include "src/neural/guarded.h"
#include "src/neural/load_parameters.h"
#include "src/neural/models/audio_tower.h"
#include "src/neural/models/text_tower.h"

namespace mess::internal {
namespace {

Placement trainable_placement(const std::string& device) {
  Placement placement = choose_placement(device, "float32");
  placement.trainable = true;
  return placement;
}

/// A tower with its parameters, under the interface of either kind.
template <typename Interface, typename Tower>
class TrainableTower : public Interface {
 public:
  TrainableTower(const ModelFolder& folder, std::unique_ptr<Tower> tower, const std::string& device)
      : placement_(trainable_placement(device)), tower_(std::move(tower)) {
    load_parameters(tower_->parameters(), folder, tower_->key_rules(), placement_);
  }

  std::vector<TrainableTensor> tensors() const override {
    std::vector<TrainableTensor> tensors;
    for (const Parameter& parameter : tower_->parameters().list())
      tensors.push_back({parameter.name, *parameter.tensor, parameter.trainable});
    return tensors;
  }

  void set_tensor(const std::string& name, const at::Tensor& tensor) override {
    const auto& list = tower_->parameters().list();
    const auto found = std::ranges::find(list, name, &Parameter::name);
    if (found == list.end())
      throw InvalidArgument("[neural] parameter: expected a name of the model, found \"" + name + "\"");
    if (tensor.sizes() != at::IntArrayRef(found->shape) || tensor.scalar_type() != at::kFloat)
      throw InvalidArgument("[neural] " + name + ": expected float32 of the shape in the checkpoint, found others");
    *found->tensor = tensor;
  }

 protected:
  Placement placement_;
  std::unique_ptr<Tower> tower_;
};

class TrainableText final : public TrainableTower<TrainableTextModel, TextTower> {
 public:
  using TrainableTower::TrainableTower;

  at::Tensor forward(const std::vector<std::vector<std::int64_t>>& rows) const override {
    return guarded("text model", [&] {
      const std::vector<std::span<const std::int64_t>> spans = checked_rows(*tower_, rows);
      std::vector<std::size_t> order(rows.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return spans[a].size() < spans[b].size(); });
      std::vector<std::int64_t> place(rows.size());
      for (std::size_t i = 0; i < order.size(); ++i)
        place[order[i]] = static_cast<std::int64_t>(i);
      const auto sorted = tower_->embed(make_token_batch(spans, order, placement_.device));
      return sorted.index_select(0, at::tensor(place, at::kLong).to(placement_.device));
    });
  }
};

class TrainableAudio final : public TrainableTower<TrainableAudioModel, AudioTower> {
 public:
  using TrainableTower::TrainableTower;

  int sample_rate_hz() const override { return tower_->sample_rate_hz(); }
  at::Tensor forward(const at::Tensor& waves) const override {
    if (waves.dim() != 2 || waves.scalar_type() != at::kFloat || waves.size(1) < tower_->min_samples() ||
        (tower_->max_samples() > 0 && waves.size(1) > tower_->max_samples())) {
      throw InvalidArgument("[neural] waves: expected float32, windows x samples, at least " +
                            std::to_string(tower_->min_samples()) + " of them, found another tensor");
    }
    return guarded("audio model", [&] { return tower_->embed(waves); });
  }
};

}  // namespace

TrainableModel::~TrainableModel() = default;

std::unique_ptr<TrainableTextModel> open_trainable_text_model(const std::string& folder,
                                                              const TextEncoderOptions& options) {
  return guarded(folder, [&] {
    const ModelFolder model = ModelFolder::open(folder, options.id_name);
    return std::make_unique<TrainableText>(model, make_text_tower(model), options.device);
  });
}

std::unique_ptr<TrainableAudioModel> open_trainable_audio_model(const std::string& folder,
                                                                const EncoderOptions& options) {
  return guarded(folder, [&] {
    const ModelFolder model = ModelFolder::open(folder, options.id_name);
    return std::make_unique<TrainableAudio>(model, make_audio_tower(model, options), options.device);
  });
}

}  // namespace mess::internal
