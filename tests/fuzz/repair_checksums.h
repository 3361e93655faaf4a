// SPDX-License-Identifier: MIT
// Checksums would stop nearly every mutant at the door; with them repaired, the checks behind are reached too.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace mess::fuzz {

constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kEntryBytes = 48;

struct SectionBounds {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Of sections that lie inside the file.
inline std::vector<SectionBounds> section_bounds(const std::vector<unsigned char>& bytes) {
  std::vector<SectionBounds> result;
  std::uint32_t num_sections = 0;
  if (bytes.size() >= kHeaderBytes)
    std::memcpy(&num_sections, bytes.data() + 24, sizeof num_sections);
  if (num_sections >= 64 || kHeaderBytes + num_sections * kEntryBytes > bytes.size())
    return result;
  for (std::uint32_t i = 0; i < num_sections; ++i) {
    SectionBounds bounds;
    std::memcpy(&bounds, bytes.data() + kHeaderBytes + i * kEntryBytes + 16, sizeof bounds);
    const bool is_inside = bounds.offset <= bytes.size() && bounds.size <= bytes.size() - bounds.offset;
    result.push_back(is_inside ? bounds : SectionBounds());
  }
  return result;
}

inline void repair_checksums(std::vector<unsigned char>& bytes) {
  if (bytes.size() < kHeaderBytes)
    return;
  const auto put = [&bytes](std::size_t offset, std::uint64_t value) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
  };
  const std::vector<SectionBounds> sections = section_bounds(bytes);
  for (std::size_t i = 0; i < sections.size(); ++i)
    put(kHeaderBytes + i * kEntryBytes + 32, XXH3_64bits(bytes.data() + sections[i].offset, sections[i].size));
  if (!sections.empty())
    put(32, XXH3_64bits(bytes.data() + kHeaderBytes, sections.size() * kEntryBytes));
  put(16, bytes.size());
  put(56, XXH3_64bits(bytes.data(), 56));
}

}  // namespace mess::fuzz
