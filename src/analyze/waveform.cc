// SPDX-License-Identifier: MIT
#include "src/analyze/waveform.h"

#include <algorithm>
#include <limits>

#include "src/support/kernels/signal_kernels.h"

namespace mess::internal {
namespace {

constexpr WaveformPiece kNothing{.lowest = std::numeric_limits<float>::infinity(),
                                 .highest = -std::numeric_limits<float>::infinity()};

void extend(WaveformPiece& piece, std::span<const float> samples) {
  WaveformPiece found;
  signal_kernels().extremes(samples.data(), samples.size(), &found.lowest, &found.highest);
  piece = {std::min(piece.lowest, found.lowest), std::max(piece.highest, found.highest)};
}

}  // namespace

void Waveform::push(std::span<const float> chunk, std::size_t num_channels) {
  const std::size_t num_frames = chunk.size() / num_channels;
  for (std::size_t first = 0; first < num_frames;) {
    if (pieces_.empty() || piece_fill_ == piece_size_) {
      if (pieces_.size() == kMaxPieces)
        join_neighbours();
      pieces_.push_back(kNothing);
      piece_fill_ = 0;
    }
    const std::size_t count = std::min(num_frames - first, piece_size_ - piece_fill_);
    for (std::size_t c = 0; c < num_channels; ++c)
      extend(pieces_.back(), chunk.subspan(c * num_frames + first, count));
    first += count;
    piece_fill_ += count;
  }
}

void Waveform::join_neighbours() {
  for (std::size_t i = 0; i < pieces_.size() / 2; ++i) {
    const WaveformPiece& left = pieces_[2 * i];
    const WaveformPiece& right = pieces_[2 * i + 1];
    pieces_[i] = {std::min(left.lowest, right.lowest), std::max(left.highest, right.highest)};
  }
  pieces_.resize(pieces_.size() / 2);
  piece_size_ *= 2;
}

std::vector<WaveformPiece> Waveform::finish() { return std::move(pieces_); }

}  // namespace mess::internal
