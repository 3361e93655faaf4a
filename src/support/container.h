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

/// XXH3-64.
std::uint64_t content_hash(std::span<const std::byte> bytes);

/// A section to write: its content in pieces, one after the other.
struct Section {
  std::string name;  // 1 to 16 characters
  std::vector<std::span<const std::byte>> pieces;
};

/// Atomic: readers see the old file or the new one. @throws Error
void write_container(const std::filesystem::path& path, std::string_view kind, std::span<const Section> sections);

/// A view into `bytes`, with every length verified. @throws FormatError naming file, section and reason
class ContainerView {
 public:
  struct Entry {
    std::string name;
    std::uint64_t offset;
    std::span<const std::byte> content;
    std::uint64_t content_hash;
  };

  static constexpr std::uint64_t kVerifyAll = ~std::uint64_t{0};

  /// @param verify_up_to  sections of at most so many bytes are compared with their checksums; verify() does the rest
  ContainerView(std::span<const std::byte> bytes, std::string name, std::string_view kind,
                std::uint64_t verify_up_to = kVerifyAll);

  bool has(std::string_view section_name) const;
  /// @throws FormatError when there is no such section
  std::span<const std::byte> section(std::string_view section_name) const;
  std::span<const Entry> entries() const { return entries_; }
  /// Compares every section with its checksum. @throws FormatError
  void verify() const;
  void verify(std::string_view section_name) const;
  /// The header's own checksum. The header holds that of the table, which holds those of the sections: it stands for the
  /// whole file.
  std::uint64_t header_hash() const;
  [[noreturn]] void fail(const std::string& reason) const;

 private:
  void check_header(std::string_view kind) const;
  void read_table(std::uint64_t verify_up_to);
  void verify(const Entry& entry) const;
  const Entry* find(std::string_view section_name) const;
  const Entry& expect(std::string_view section_name) const;

  std::span<const std::byte> bytes_;
  std::string name_;
  std::vector<Entry> entries_;
};

}  // namespace mess::internal
