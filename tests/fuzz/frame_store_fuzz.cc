// SPDX-License-Identifier: MIT
// Arbitrary bytes as the MANIFEST of a frame store or as its shard: an error or a store that works, never a crash.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "mess/error.h"
#include "mess/frame_store.h"
#include "tests/fuzz/repair_checksums.h"

namespace {

using Bytes = std::vector<unsigned char>;

// In memory where there is such a folder.
const std::filesystem::path& folder() {
  static const std::filesystem::path path = [] {
    const std::filesystem::path shared = "/dev/shm";
    const auto base = std::filesystem::exists(shared) ? shared : std::filesystem::temp_directory_path();
    return base / ("frame-store-fuzz-" + std::to_string(::getpid()));
  }();
  return path;
}

void write(const char* name, const Bytes& bytes) {
  // A file that is mapped keeps its content: the new one is another.
  const std::string path = (folder() / name).string();
  std::remove(path.c_str());
  if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
}

template <typename T>
void append(Bytes& bytes, const T& value) {
  const auto* raw = reinterpret_cast<const unsigned char*>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof value);
}

// What write_container() writes, with wrong checksums.
Bytes container(const char* kind, const std::vector<std::pair<std::string, Bytes>>& sections) {
  Bytes bytes(mess::fuzz::kHeaderBytes + sections.size() * mess::fuzz::kEntryBytes);
  std::memcpy(bytes.data(), "MESSFILE", 8);
  bytes[8] = 1;
  std::memcpy(bytes.data() + 12, kind, 4);
  bytes[24] = static_cast<unsigned char>(sections.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    bytes.resize((bytes.size() + 63) / 64 * 64);
    unsigned char* entry = bytes.data() + mess::fuzz::kHeaderBytes + i * mess::fuzz::kEntryBytes;
    const mess::fuzz::SectionBounds bounds{bytes.size(), sections[i].second.size()};
    std::memcpy(entry, sections[i].first.data(), sections[i].first.size());
    std::memcpy(entry + 16, &bounds, sizeof bounds);
    bytes.insert(bytes.end(), sections[i].second.begin(), sections[i].second.end());
  }
  return bytes;
}

// A manifest that names the shard, of the layout in its first section.
Bytes manifest_of(const Bytes& shard) {
  Bytes meta;
  const auto sections = mess::fuzz::section_bounds(shard);
  if (!sections.empty()) {
    const auto begin = shard.begin() + static_cast<std::ptrdiff_t>(sections[0].offset);
    meta.assign(begin, begin + static_cast<std::ptrdiff_t>(sections[0].size));
  }
  constexpr std::size_t kCounters = 32;
  const std::uint64_t counters[2] = {1, 2};
  if (meta.size() >= kCounters + sizeof counters)
    std::memcpy(meta.data() + kCounters, counters, sizeof counters);
  std::uint64_t header_hash = 0;
  if (shard.size() >= mess::fuzz::kHeaderBytes)
    std::memcpy(&header_hash, shard.data() + 56, sizeof header_hash);
  Bytes record;
  for (const std::uint64_t value : {std::uint64_t{1}, std::uint64_t{shard.size()}, header_hash, std::uint64_t{0}})
    append(record, value);
  Bytes manifest = container("FMAN", {{"meta", meta}, {"shards", record}, {"removed", {}}});
  mess::fuzz::repair_checksums(manifest);
  return manifest;
}

// A shard of two tracks and no blocks, so that nothing but the manifest decides.
Bytes sound_shard() {
  Bytes meta;
  append(meta, std::uint32_t{1});
  append(meta, std::uint32_t{1});
  append(meta, std::uint64_t{3});
  append(meta, 0.5);
  append(meta, 1.0);
  append(meta, std::uint64_t{0});
  append(meta, std::uint64_t{0});
  append(meta, std::uint32_t{7});
  append(meta, std::uint32_t{0});
  for (const char letter : std::string("dummy/1"))
    meta.push_back(static_cast<unsigned char>(letter));
  Bytes tracks;
  for (const std::uint64_t value : {3, 0, 0, 0, 8, 0, 0, 0})
    append(tracks, value);
  Bytes shard = container("FRAM", {{"meta", meta}, {"tracks", tracks}, {"blocks", {}}, {"rows", {}}});
  mess::fuzz::repair_checksums(shard);
  return shard;
}

void use_store() {
  try {
    mess::FrameStore store = mess::FrameStore::open(folder());
    for (const std::int64_t id : store.ids()) {
      try {
        store.read(id);
        store.view(id, store.hop_seconds() * 1.5, 1e9);
      } catch (const mess::Error&) {
      }
    }
    store.info();
    store.remove(std::vector<std::int64_t>{3});
    store.compact();
    store.verify();
  } catch (const mess::Error&) {
  }
}

bool is_manifest(const Bytes& bytes) { return bytes.size() > 13 && bytes[13] == 'M'; }

void try_bytes(const Bytes& bytes) {
  if (is_manifest(bytes)) {
    write("MANIFEST", bytes);
    write("shard-00000001.messframes", sound_shard());
  } else {
    write("MANIFEST", manifest_of(bytes));
    write("shard-00000001.messframes", bytes);
  }
  use_store();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::error_code error;
  std::filesystem::create_directories(folder(), error);
  Bytes bytes(data, data + size);
  try_bytes(bytes);
  mess::fuzz::repair_checksums(bytes);
  try_bytes(bytes);
  std::filesystem::remove_all(folder(), error);
  return 0;
}
