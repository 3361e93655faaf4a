// SPDX-License-Identifier: MIT
// The file format of everything derived: named sections behind a checked header. Little-endian.
//
//   offset  size  header (64 bytes)
//        0     8  magic "MESSFILE"
//        8     4  format version (1); a reader refuses any other
//       12     4  kind, four characters ("INDX")
//       16     8  length of the whole file
//       24     4  number of sections
//       28     4  zero
//       32     8  XXH3-64 of the section table
//       40    16  zero
//       56     8  XXH3-64 of the 56 bytes before
//       64  48*n  section table: name (16, zero-padded), offset (8), size (8), XXH3-64 of the content (8), zero (8)
//                 sections in table order, each at the next multiple of 64, zeros between
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mess::internal {

struct Section {
  std::string name;  // 1 to 16 characters
  std::span<const std::byte> content;
};

/// Atomic: readers see the old file or the new one. @throws Error
void write_container(const std::filesystem::path& path, std::string_view kind, std::span<const Section> sections);

/// A view into `bytes`, with every length and checksum verified. @throws FormatError naming file, section and reason
class ContainerView {
 public:
  ContainerView(std::span<const std::byte> bytes, std::string name, std::string_view kind);

  /// @throws FormatError when there is no such section
  std::span<const std::byte> section(std::string_view section_name) const;
  [[noreturn]] void fail(const std::string& reason) const;

 private:
  void check_header(std::string_view kind) const;
  void read_table();

  std::span<const std::byte> bytes_;
  std::string name_;
  std::vector<Section> sections_;
};

}  // namespace mess::internal
