// SPDX-License-Identifier: MIT
// Arbitrary bytes as an index file: an error or an index that works, never a crash.
#include <xxhash.h>

#include <cstring>
#include <vector>

#include "mess/error.h"
#include "mess/index.h"

namespace {

// Checksums would stop nearly every mutant at the door; with them repaired, the checks behind are reached too.
void repair_checksums(std::vector<unsigned char>& bytes) {
  constexpr std::size_t kHeader = 64;
  constexpr std::size_t kEntry = 48;
  if (bytes.size() < kHeader)
    return;
  const auto put = [&bytes](std::size_t offset, std::uint64_t value) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
  };
  std::uint32_t num_sections = 0;
  std::memcpy(&num_sections, bytes.data() + 24, sizeof num_sections);
  if (num_sections < 64 && kHeader + num_sections * kEntry <= bytes.size()) {
    for (std::uint32_t i = 0; i < num_sections; ++i) {
      std::uint64_t bounds[2];
      std::memcpy(bounds, bytes.data() + kHeader + i * kEntry + 16, sizeof bounds);
      if (bounds[0] > bytes.size() || bounds[1] > bytes.size() - bounds[0])
        continue;
      put(kHeader + i * kEntry + 32, XXH3_64bits(bytes.data() + bounds[0], bounds[1]));
    }
    put(32, XXH3_64bits(bytes.data() + kHeader, num_sections * kEntry));
  }
  put(16, bytes.size());
  put(56, XXH3_64bits(bytes.data(), 56));
}

void load_and_search(const std::vector<unsigned char>& bytes) {
  try {
    mess::VectorIndex index = mess::VectorIndex::load(std::as_bytes(std::span(bytes)), "fuzz");
    const std::vector<float> query(index.dim(), 0.5f);
    index.search(query, 1, 3);
    const mess::IdFilter filter = mess::IdFilter::range(0, 1 << 20);
    index.search(query, 1, {.k = 3, .filter = &filter, .correct_hubness = index.has_hubness()});
    index.search(query, 1, {.k = 2, .effort = 1});
    index.search_groups(query, std::vector<float>{0.5f}, mess::IdGroups::divide(4), {.k = 2});
    index.update(std::vector<std::int64_t>{7, 1}, std::vector<float>(2 * index.dim(), 0.25f));
    index.remove(std::vector<std::int64_t>{7, 11, 12});
    index.compact();
    index.search(query, 1, 3);
  } catch (const mess::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::vector<unsigned char> bytes(data, data + size);
  load_and_search(bytes);
  repair_checksums(bytes);
  load_and_search(bytes);
  return 0;
}
