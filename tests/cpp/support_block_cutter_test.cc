// SPDX-License-Identifier: MIT
#include "src/support/block_cutter.h"

#include <gtest/gtest.h>

#include <numeric>

namespace mess::internal {
namespace {

using Blocks = std::vector<std::vector<float>>;

std::vector<float> count_up(std::size_t size) {
  std::vector<float> samples(size);
  std::iota(samples.begin(), samples.end(), 1.0f);
  return samples;
}

// The definition: every block of the whole stream, then the rest.
Blocks expected_blocks(std::vector<float> samples, std::size_t size, std::size_t hop, std::size_t leading_zeros) {
  samples.insert(samples.begin(), leading_zeros, 0.0f);
  Blocks blocks;
  std::size_t start = 0;
  for (; start + size <= samples.size(); start += hop)
    blocks.emplace_back(samples.begin() + static_cast<std::ptrdiff_t>(start),
                        samples.begin() + static_cast<std::ptrdiff_t>(start + size));
  const std::size_t covered = blocks.empty() ? 0 : start - hop + size;
  if (covered < samples.size()) {
    blocks.emplace_back(samples.begin() + static_cast<std::ptrdiff_t>(start), samples.end());
    blocks.back().resize(size, 0.0f);
  }
  return blocks;
}

Blocks cut_in_pieces(const std::vector<float>& samples, BlockCutter cutter, std::size_t piece) {
  Blocks blocks;
  const auto keep = [&](std::span<const float> block) { blocks.emplace_back(block.begin(), block.end()); };
  for (std::size_t first = 0; first < samples.size(); first += piece)
    cutter.push(std::span(samples).subspan(first, std::min(piece, samples.size() - first)), keep);
  cutter.flush(keep);
  EXPECT_EQ(cutter.num_blocks(), blocks.size());
  return blocks;
}

TEST(BlockCutter, GivesTheSameBlocksHoweverTheStreamArrives) {
  for (const std::size_t hop : {1u, 3u, 5u, 8u}) {
    for (const std::size_t leading_zeros : {0u, 4u, 7u}) {
      for (const std::size_t length : {0u, 1u, 7u, 8u, 9u, 50u}) {
        const std::vector<float> samples = count_up(length);
        const Blocks expected = expected_blocks(samples, 8, hop, leading_zeros);
        for (const std::size_t piece : {1u, 2u, 5u, 8u, 13u, 50u}) {
          EXPECT_EQ(cut_in_pieces(samples, BlockCutter(8, hop, leading_zeros), piece), expected)
              << "hop " << hop << ", zeros " << leading_zeros << ", length " << length << ", pieces of " << piece;
        }
      }
    }
  }
}

TEST(BlockCutter, DoesNotCopyBlocksThatLieWithinOnePush) {
  const std::vector<float> samples = count_up(32);
  BlockCutter cutter(8, 4);
  std::size_t offset = 0;
  cutter.push(samples, [&](std::span<const float> block) {
    EXPECT_EQ(block.data(), samples.data() + offset);
    offset += 4;
  });
  EXPECT_EQ(offset, 28u);
}

}  // namespace
}  // namespace mess::internal
