// SPDX-License-Identifier: MIT
#include "src/support/container.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <new>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mess/error.h"
#include "src/support/atomic_file.h"

static_assert(std::endian::native == std::endian::little, "the container format is little-endian");

namespace mess::internal {
namespace {

constexpr std::string_view kMagic = "MESSFILE";
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kNameSize = 16;
constexpr std::uint32_t kMaxSections = 1024;

struct Header {
  char magic[8];
  std::uint32_t format_version;
  char kind[4];
  std::uint64_t file_size;
  std::uint32_t num_sections;
  std::uint32_t zero;
  std::uint64_t table_hash;
  std::uint64_t zeros[2];
  std::uint64_t header_hash;
};
static_assert(sizeof(Header) == 64);

struct TableEntry {
  char name[kNameSize];
  std::uint64_t offset;
  std::uint64_t size;
  std::uint64_t content_hash;
  std::uint64_t zero;
};
static_assert(sizeof(TableEntry) == 48);

std::uint64_t hash(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t hash(const Section& section) {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
  if (!state)
    throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  for (const auto& piece : section.pieces)
    XXH3_64bits_update(state.get(), piece.data(), piece.size());
  return XXH3_64bits_digest(state.get());
}

std::uint64_t size_of(const Section& section) {
  std::uint64_t size = 0;
  for (const auto& piece : section.pieces)
    size += piece.size();
  return size;
}

std::uint64_t hash_of(const Header& header) { return XXH3_64bits(&header, offsetof(Header, header_hash)); }

std::uint64_t align_up(std::uint64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

bool all_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

std::vector<TableEntry> make_table(std::span<const Section> sections) {
  std::vector<TableEntry> table(sections.size());
  std::uint64_t offset = align_up(sizeof(Header) + sections.size() * sizeof(TableEntry));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    if (section.name.empty() || section.name.size() > kNameSize) {
      throw InvalidArgument("[file] section \"" + section.name + "\": expected a name of 1 to 16 characters");
    }
    TableEntry& entry = table[i];
    std::memset(&entry, 0, sizeof entry);
    std::copy(section.name.begin(), section.name.end(), entry.name);
    entry.offset = offset;
    entry.size = size_of(section);
    entry.content_hash = hash(section);
    offset = align_up(offset + entry.size);
  }
  return table;
}

}  // namespace

std::uint64_t content_hash(std::span<const std::byte> bytes) { return hash(bytes); }

void write_container(const std::filesystem::path& path, std::string_view kind, std::span<const Section> sections) {
  const std::vector<TableEntry> table = make_table(sections);
  Header header{};
  std::copy(kMagic.begin(), kMagic.end(), header.magic);
  header.format_version = kFormatVersion;
  std::copy_n(kind.begin(), sizeof header.kind, header.kind);
  header.num_sections = static_cast<std::uint32_t>(sections.size());
  header.file_size = table.empty() ? sizeof(Header) : table.back().offset + table.back().size;
  header.table_hash = hash(std::as_bytes(std::span(table)));
  header.header_hash = hash_of(header);

  AtomicFile file(path);
  static constexpr std::array<std::byte, kAlignment> kZeros{};
  std::uint64_t position = sizeof(Header) + table.size() * sizeof(TableEntry);
  file.write(std::as_bytes(std::span(&header, 1)));
  file.write(std::as_bytes(std::span(table)));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    file.write(std::span(kZeros).first(table[i].offset - position));
    for (const auto& piece : sections[i].pieces)
      file.write(piece);
    position = table[i].offset + table[i].size;
  }
  file.commit();
}

ContainerView::ContainerView(std::span<const std::byte> bytes, std::string name, std::string_view kind,
                             std::uint64_t verify_up_to)
    : bytes_(bytes), name_(std::move(name)) {
  check_header(kind);
  read_table(verify_up_to);
}

void ContainerView::fail(const std::string& reason) const { throw FormatError("[file] " + name_ + ": " + reason); }

void ContainerView::check_header(std::string_view kind) const {
  if (bytes_.size() < sizeof(Header)) {
    fail("expected a header of 64 bytes, found a file of " + std::to_string(bytes_.size()) + " bytes");
  }
  Header header;
  std::memcpy(&header, bytes_.data(), sizeof header);
  if (std::string_view(header.magic, sizeof header.magic) != kMagic)
    fail("expected the magic MESSFILE, found another file");
  if (header.format_version != kFormatVersion) {
    fail("expected format version " + std::to_string(kFormatVersion) + ", found " +
         std::to_string(header.format_version));
  }
  if (header.header_hash != hash_of(header))
    fail("section header: expected its checksum to match, found damage");
  if (std::string_view(header.kind, sizeof header.kind) != kind) {
    fail("expected a file of kind " + std::string(kind) + ", found another kind");
  }
  if (header.file_size != bytes_.size()) {
    fail("expected " + std::to_string(header.file_size) + " bytes, found " + std::to_string(bytes_.size()));
  }
  const std::uint64_t table_end = sizeof(Header) + std::uint64_t{header.num_sections} * sizeof(TableEntry);
  if (header.num_sections > kMaxSections || table_end > bytes_.size() || header.zero != 0 || header.zeros[0] != 0 ||
      header.zeros[1] != 0) {
    fail("section header: expected a section table inside the file, found nonsense");
  }
}

void ContainerView::read_table(std::uint64_t verify_up_to) {
  Header header;
  std::memcpy(&header, bytes_.data(), sizeof header);
  const auto table_bytes = bytes_.subspan(sizeof header, header.num_sections * sizeof(TableEntry));
  if (hash(table_bytes) != header.table_hash)
    fail("section table: expected its checksum to match, found damage");
  std::uint64_t position = sizeof header + table_bytes.size();
  for (std::uint32_t i = 0; i < header.num_sections; ++i) {
    TableEntry entry;
    std::memcpy(&entry, table_bytes.data() + i * sizeof entry, sizeof entry);
    const std::string section_name(entry.name, ::strnlen(entry.name, kNameSize));
    if (entry.offset != align_up(position) || entry.offset > bytes_.size() ||
        entry.size > bytes_.size() - entry.offset || entry.zero != 0) {
      fail("section " + section_name + ": expected it to follow the one before, found other bounds");
    }
    const auto content = bytes_.subspan(entry.offset, entry.size);
    if (!all_zero(bytes_.subspan(position, entry.offset - position)))
      fail("section " + section_name + ": expected zeros before it, found damage");
    entries_.push_back({section_name, entry.offset, content, entry.content_hash});
    if (entry.size <= verify_up_to)
      verify(entries_.back());
    position = entry.offset + entry.size;
  }
  if (position != bytes_.size())
    fail("expected the file to end with its last section, found more bytes");
}

void ContainerView::verify(const Entry& entry) const {
  if (hash(entry.content) != entry.content_hash)
    fail("section " + entry.name + ": expected its checksum to match, found damage");
}

void ContainerView::verify() const {
  for (const Entry& entry : entries_)
    verify(entry);
}

const ContainerView::Entry* ContainerView::find(std::string_view section_name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [section_name](const Entry& entry) { return entry.name == section_name; });
  return found == entries_.end() ? nullptr : &*found;
}

bool ContainerView::has(std::string_view section_name) const { return find(section_name) != nullptr; }

const ContainerView::Entry& ContainerView::expect(std::string_view section_name) const {
  if (const Entry* entry = find(section_name))
    return *entry;
  fail("expected a section " + std::string(section_name) + ", found none");
}

std::span<const std::byte> ContainerView::section(std::string_view section_name) const {
  return expect(section_name).content;
}

void ContainerView::verify(std::string_view section_name) const { verify(expect(section_name)); }

std::uint64_t ContainerView::header_hash() const {
  std::uint64_t hash_value = 0;
  std::memcpy(&hash_value, bytes_.data() + offsetof(Header, header_hash), sizeof hash_value);
  return hash_value;
}

}  // namespace mess::internal
