// SPDX-License-Identifier: MIT
#include "src/neural/window_encoder.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cstdio>

#include "mess/error.h"
#include "src/neural/guarded.h"
#include "src/neural/load_parameters.h"
#include "src/neural/models/layer_choice.h"
#include "src/neural/window_batcher.h"

namespace mess::internal {
namespace {

// More windows at once make a GPU busier; a CPU's cores are busy with few, and their memory stays in the cache.
constexpr std::size_t kWindowsPerBatchCpu = 4;
constexpr std::size_t kWindowsPerBatchGpu = 32;

/// Cuts one track's samples into windows.
class WindowCutter {
 public:
  WindowCutter(const WindowPlan& plan, WindowBatcher& batcher, std::size_t track)
      : plan_(plan), batcher_(&batcher), track_(track) {}

  void push(std::span<const float> samples) {
    pending_.insert(pending_.end(), samples.begin(), samples.end());
    std::size_t start = 0;
    for (; start + plan_.window_samples <= pending_.size(); start += plan_.hop_samples) {
      batcher_->add(track_, std::span(pending_).subspan(start, plan_.window_samples));
      has_windows_ = true;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(start));
  }

  void end() {
    if (!has_windows_ && pending_.empty())
      throw InvalidArgument("[encode] audio: expected at least one sample, found none");
    const std::size_t covered = has_windows_ ? plan_.window_samples - plan_.hop_samples : 0;
    if (has_windows_ && (pending_.size() <= covered || pending_.size() < plan_.min_last_samples))
      return;
    pending_.resize(std::max(pending_.size(), plan_.min_samples), 0.0f);
    batcher_->add(track_, pending_);
  }

 private:
  WindowPlan plan_;
  WindowBatcher* batcher_;
  std::size_t track_;
  bool has_windows_ = false;
  std::vector<float> pending_;
};

class WindowSession final : public EncodeSession {
 public:
  WindowSession(const AudioTower& tower, const WindowPlan& plan, const EncoderId& id, std::size_t max_windows)
      : rate_hz_(plan.sample_rate_hz), batcher_(tower, plan, id, 1, max_windows, &line_), cutter_(plan, batcher_, 0) {}

  AudioFormat wanted_format() const override { return {rate_hz_, 1}; }
  void begin(const AudioFormat&) override {}
  void push(std::span<const float> chunk) override { cutter_.push(chunk); }
  Frames finish() override {
    cutter_.end();
    batcher_.flush();
    return batcher_.finish(0);
  }

 private:
  int rate_hz_;
  WindowBatcher batcher_;
  WindowCutter cutter_;
  TaskLine line_;  // the model runs beside the decoder; last, so that it stops before what its tasks use goes
};

std::string setting(const char* name, double seconds) {
  if (seconds == 0.0)
    return {};
  char text[32];
  std::snprintf(text, sizeof(text), ":%s=%g", name, seconds);
  return text;
}

/// Options that change the numbers are part of the id: such vectors must not be compared with others.
EncoderId id_of(const ModelFolder& folder, const EncoderOptions& options) {
  return {.name = folder.name + LayerChoice::label(options) + setting("window", options.window_seconds) +
                  setting("hop", options.hop_seconds) + setting("frame", options.frame_seconds),
          .version = 1,
          .pooling = {}};
}

class WindowEncoder final : public Encoder {
 public:
  WindowEncoder(const ModelFolder& folder, const EncoderOptions& options)
      : placement_(choose_placement(options.device, options.precision)),
        license_(folder.license),
        tower_(make_audio_tower(folder, options)),
        plan_(WindowPlan::of(*tower_, options)),
        id_(id_of(folder, options)) {
    load_parameters(tower_->parameters(), folder, tower_->key_rules(), placement_);
    check_output(folder);
  }

  EncoderId id() const override { return id_; }
  std::size_t dim() const override { return static_cast<std::size_t>(tower_->dim()); }
  AudioFormat input_format() const override { return {plan_.sample_rate_hz, 1}; }
  bool makes_track_vector() const override { return true; }
  std::string license() const override { return license_; }
  std::unique_ptr<EncodeSession> start() const override {
    return std::make_unique<WindowSession>(*tower_, plan_, id_, windows_per_batch());
  }

 protected:
  std::vector<Frames> encode_converted(std::span<const AudioView> tracks) const override {
    WindowBatcher batcher(*tower_, plan_, id_, tracks.size(), windows_per_batch());
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      WindowCutter cutter(plan_, batcher, i);
      cutter.push(tracks[i].samples);
      cutter.end();
    }
    batcher.flush();
    std::vector<Frames> encoded;
    encoded.reserve(tracks.size());
    for (std::size_t i = 0; i < tracks.size(); ++i)
      encoded.push_back(batcher.finish(i));
    return encoded;
  }

 private:
  std::size_t windows_per_batch() const { return placement_.on_cpu() ? kWindowsPerBatchCpu : kWindowsPerBatchGpu; }

  // Damaged weights show before the first track.
  void check_output(const ModelFolder& folder) const {
    const c10::InferenceMode inference;
    const auto wave = at::sin(at::arange(tower_->min_samples(), at::kFloat) * 0.1).unsqueeze(0);
    if (!at::isfinite(tower_->embed(wave)).all().item<bool>())
      throw ModelError("[neural] " + folder.path.string() + ": expected finite outputs, found others");
  }

  Placement placement_;
  std::string license_;
  std::unique_ptr<AudioTower> tower_;
  WindowPlan plan_;
  EncoderId id_;
};

}  // namespace

std::unique_ptr<Encoder> open_folder_encoder(const std::string& folder, const EncoderOptions& options) {
  return guarded(folder,
                 [&] { return std::make_unique<WindowEncoder>(ModelFolder::open(folder, options.id_name), options); });
}

}  // namespace mess::internal
