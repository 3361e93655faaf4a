// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace mess::internal {

/// Cuts a stream of samples into overlapping blocks. Blocks that lie within one push are not copied; between pushes less
/// than a block is kept.
class BlockCutter {
 public:
  /// @param hop            at most block_size
  /// @param leading_zeros  that stand before the first sample
  BlockCutter(std::size_t block_size, std::size_t hop, std::size_t leading_zeros = 0)
      : block_size_(block_size), hop_(hop), pending_(leading_zeros, 0.0f) {}

  /// Calls on_block(span of block_size samples) for each complete block.
  template <typename OnBlock>
  void push(std::span<const float> samples, OnBlock&& on_block) {
    // Blocks that begin in what was kept need less than a block of the new samples.
    const std::size_t kept = pending_.size();
    const std::size_t borrowed = kept > 0 ? std::min(samples.size(), block_size_) : 0;
    const std::span<const float> head = samples.first(borrowed);
    pending_.insert(pending_.end(), head.begin(), head.end());
    const std::size_t start = cut(pending_, 0, kept, on_block);
    if (start < kept) {
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(start));
      return;
    }
    const std::size_t rest = cut(samples, start - kept, samples.size(), on_block);
    pending_.assign(samples.begin() + static_cast<std::ptrdiff_t>(rest), samples.end());
  }

  /// The rest as one zero-padded block, when there was no block yet or samples remain that no block has covered.
  template <typename OnBlock>
  void flush(OnBlock&& on_block) {
    const std::size_t covered = num_blocks_ > 0 ? block_size_ - hop_ : 0;
    if (pending_.size() <= covered)
      return;
    pending_.resize(block_size_, 0.0f);
    on_block(std::span<const float>(pending_));
    ++num_blocks_;
    pending_.clear();
  }

  std::size_t num_blocks() const { return num_blocks_; }

 private:
  // The complete blocks that begin in [start, end); where the next one begins.
  template <typename OnBlock>
  std::size_t cut(std::span<const float> samples, std::size_t start, std::size_t end, OnBlock& on_block) {
    for (; start < end && start + block_size_ <= samples.size(); start += hop_) {
      on_block(samples.subspan(start, block_size_));
      ++num_blocks_;
    }
    return start;
  }

  std::size_t block_size_;
  std::size_t hop_;
  std::size_t num_blocks_ = 0;
  std::vector<float> pending_;  // from the start of the next block
};

}  // namespace mess::internal
