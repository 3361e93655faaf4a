// SPDX-License-Identifier: MIT
// Arbitrary bytes as an index file: an error or an index that works, never a crash.
#include <vector>

#include "mess/error.h"
#include "mess/index.h"
#include "tests/fuzz/repair_checksums.h"

namespace {

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
  mess::fuzz::repair_checksums(bytes);
  load_and_search(bytes);
  return 0;
}
