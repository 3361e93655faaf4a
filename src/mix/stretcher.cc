// SPDX-License-Identifier: MIT
#include "src/mix/stretcher.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace mess::internal {
namespace {

constexpr double kHopSeconds = 0.020;
constexpr double kToleranceSeconds = 0.006;
constexpr std::int64_t kCoarseStep = 4;   // frames between offsets that are tried first
constexpr std::size_t kCoarseStride = 3;  // of the samples that are compared there

// How alike two stretches are: their correlation against the energy of the second.
double likeness(std::span<const float> wanted, std::span<const float> candidate, std::size_t stride) {
  double product = 0.0;
  double energy = 1e-9;
  for (std::size_t i = 0; i < wanted.size(); i += stride) {
    product += static_cast<double>(wanted[i]) * candidate[i];
    energy += static_cast<double>(candidate[i]) * candidate[i];
  }
  return product / std::sqrt(energy);
}

}  // namespace

Stretcher::Stretcher(const MixPiece& piece, const AudioFormat& format)
    : format_(format),
      map_(piece),
      source_(piece.track.path, format, piece.source_start_seconds),
      hop_(std::llround(kHopSeconds * format.sample_rate_hz)),
      tolerance_(std::llround(kToleranceSeconds * format.sample_rate_hz)),
      stretched_((std::llround(map_.stretched_mix_seconds() * format.sample_rate_hz) + hop_ - 1) / hop_ * hop_),
      position_(-hop_),
      rise_(static_cast<std::size_t>(hop_)),
      block_(static_cast<std::size_t>(format.num_channels), std::vector<float>(static_cast<std::size_t>(hop_))),
      block_used_(static_cast<std::size_t>(hop_)) {
  for (std::size_t i = 0; i < rise_.size(); ++i) {
    const double phase = (static_cast<double>(i) + 0.5) / static_cast<double>(rise_.size());
    rise_[i] = static_cast<float>(0.5 - 0.5 * std::cos(std::numbers::pi * phase));
  }
}

void Stretcher::read(std::span<float> out) {
  const std::size_t num_frames = out.size() / block_.size();
  for (std::size_t made = 0; made < num_frames;) {
    if (block_used_ == block_[0].size())
      make_block();
    const std::size_t count = std::min(num_frames - made, block_[0].size() - block_used_);
    for (std::size_t c = 0; c < block_.size(); ++c) {
      const auto from = block_[c].begin() + static_cast<std::ptrdiff_t>(block_used_);
      std::copy(from, from + static_cast<std::ptrdiff_t>(count),
                out.begin() + static_cast<std::ptrdiff_t>(c * num_frames + made));
    }
    made += count;
    block_used_ += count;
  }
}

std::int64_t Stretcher::wanted_position(std::int64_t mix_frame) const {
  const double rate = format_.sample_rate_hz;
  return std::llround(map_.source_seconds(static_cast<double>(mix_frame) / rate) * rate);
}

// A piece's middle, where it alone sounds, is what the map is about.
void Stretcher::make_block() {
  const bool is_stretched = done_ < stretched_;
  const std::int64_t wanted = wanted_position(done_ + hop_) - hop_;
  const std::int64_t continued = position_ + hop_;
  const std::int64_t next = is_stretched ? best_position(wanted) : wanted;
  for (std::size_t c = 0; c < block_.size(); ++c) {
    const auto count = static_cast<std::size_t>(hop_);
    const auto coming = source_.frames(static_cast<int>(c), next, count);
    std::copy(coming.begin(), coming.end(), block_[c].begin());
    if (next == continued)
      continue;
    const auto leaving = source_.frames(static_cast<int>(c), continued, count);
    for (std::size_t i = 0; i < count; ++i)
      block_[c][i] = rise_[i] * block_[c][i] + (1.0f - rise_[i]) * leaving[i];
  }
  position_ = next;
  done_ += hop_;
  block_used_ = 0;
  source_.forget_before(position_ - hop_ - 2 * tolerance_);
}

std::int64_t Stretcher::best_position(std::int64_t wanted) {
  const auto count = static_cast<std::size_t>(hop_);
  std::vector<float> continued(count, 0.0f);
  std::vector<float> around(count + 2 * static_cast<std::size_t>(tolerance_), 0.0f);
  for (int c = 0; c < format_.num_channels; ++c) {
    const auto one = source_.frames(c, position_ + hop_, count);
    std::transform(one.begin(), one.end(), continued.begin(), continued.begin(), std::plus<>());
    const auto other = source_.frames(c, wanted - tolerance_, around.size());
    std::transform(other.begin(), other.end(), around.begin(), around.begin(), std::plus<>());
  }
  std::int64_t best = tolerance_;
  double best_likeness = -1e30;
  const auto try_offset = [&](std::int64_t offset, std::size_t stride) {
    const double found =
        likeness(continued, std::span(around).subspan(static_cast<std::size_t>(offset), count), stride);
    if (found > best_likeness) {
      best_likeness = found;
      best = offset;
    }
  };
  for (std::int64_t offset = 0; offset <= 2 * tolerance_; offset += kCoarseStep)
    try_offset(offset, kCoarseStride);
  const std::int64_t coarse = best;
  best_likeness = -1e30;
  for (std::int64_t offset = std::max<std::int64_t>(0, coarse - kCoarseStep);
       offset <= std::min(2 * tolerance_, coarse + kCoarseStep); ++offset)
    try_offset(offset, 1);
  return wanted - tolerance_ + best;
}

}  // namespace mess::internal
