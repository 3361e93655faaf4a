// SPDX-License-Identifier: MIT
#include <bit>
#include <limits>
#include <random>
#include <string>

#include "mess/clap.h"
#include "mess/error.h"

namespace mess {

// NumPy's RandomState.randint: the Mersenne Twister's words, cut to the bits of the bound, until one is within it.
std::size_t clap_random_crop(std::size_t num_samples, std::uint32_t seed) {
  if (num_samples <= kClapCropSamples)
    return 0;
  const std::size_t last = num_samples - kClapCropSamples;
  if (last >= std::numeric_limits<std::uint32_t>::max())
    throw InvalidArgument("[neural] num_samples: expected less than 2^32, found " + std::to_string(num_samples));
  const std::size_t mask = std::bit_ceil(last + 1) - 1;
  std::mt19937 words(seed);
  std::size_t first = words() & mask;
  while (first > last)
    first = words() & mask;
  return first;
}

}  // namespace mess
