// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mess::internal {

/// Cuts a stream of samples into overlapping blocks. Memory is bounded by one block.
class BlockCutter {
 public:
  BlockCutter(std::size_t block_size, std::size_t hop) : block_size_(block_size), hop_(hop) {}

  /// Calls on_block(span of block_size samples) for each complete block.
  template <typename OnBlock>
  void push(std::span<const float> samples, OnBlock&& on_block) {
    pending_.insert(pending_.end(), samples.begin(), samples.end());
    std::size_t start = 0;
    for (; start + block_size_ <= pending_.size(); start += hop_) {
      on_block(std::span<const float>(pending_).subspan(start, block_size_));
      ++num_blocks_;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(start));
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
  std::size_t block_size_;
  std::size_t hop_;
  std::size_t num_blocks_ = 0;
  std::vector<float> pending_;
};

}  // namespace mess::internal
