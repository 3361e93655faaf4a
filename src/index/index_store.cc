// SPDX-License-Identifier: MIT
#include "mess/index_store.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "mess/error.h"
#include "src/support/container.h"
#include "src/support/file_bytes.h"
#include "src/support/folder_lock.h"
#include "src/support/numbered_file.h"

namespace mess {
namespace {

constexpr std::string_view kCurrentKind = "CURR";
constexpr internal::NumberedFile kGenerationFile{"generation-", ".messidx"};
constexpr std::string_view kTemporaryPrefix = ".mess.";

internal::FolderLock lock_folder(const std::filesystem::path& folder) {
  try {
    return internal::FolderLock(folder);
  } catch (const Error& failure) {
    throw IndexError(failure.what());
  }
}

bool is_sound(const std::filesystem::path& path) {
  try {
    VectorIndex::load(path, {.verify = true});
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::uint64_t current_or(const IndexStore& store, std::uint64_t if_damaged) {
  try {
    return store.current();
  } catch (const FormatError&) {
    return if_damaged;
  }
}

}  // namespace

IndexStore::IndexStore(std::filesystem::path folder, std::size_t num_kept)
    : folder_(std::move(folder)), num_kept_(num_kept) {
  if (num_kept == 0)
    throw InvalidArgument("[index] num_kept: expected at least 1, found 0");
}

std::filesystem::path IndexStore::path_of(std::uint64_t generation) const {
  return folder_ / kGenerationFile.name(generation);
}

std::vector<std::uint64_t> IndexStore::generations() const {
  std::vector<std::uint64_t> result;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (const auto generation = kGenerationFile.number(entry.path().filename().string()))
      result.push_back(*generation);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::uint64_t IndexStore::current() const {
  const std::filesystem::path path = folder_ / "CURRENT";
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return 0;
  std::vector<std::byte> bytes;
  try {
    bytes = internal::read_file_bytes(path);
  } catch (const Error& failure) {
    throw FormatError(failure.what());
  }
  const internal::ContainerView container(bytes, path.string(), kCurrentKind);
  const auto content = container.section("generation");
  std::uint64_t generation = 0;
  if (content.size() != sizeof generation)
    container.fail("section generation: expected 8 bytes, found " + std::to_string(content.size()));
  std::memcpy(&generation, content.data(), sizeof generation);
  return generation;
}

void IndexStore::set_current(std::uint64_t generation) const {
  const std::array<internal::Section, 1> sections{
      internal::Section{"generation", {std::as_bytes(std::span(&generation, 1))}}};
  internal::write_container(folder_ / "CURRENT", kCurrentKind, sections);
}

// Only what no reader can need: files of writers that died, and generations beyond the number kept.
void IndexStore::remove_leftovers(std::uint64_t before, std::uint64_t current) const {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().filename().string().starts_with(kTemporaryPrefix))
      std::filesystem::remove(entry.path(), error);
  }
  std::vector<std::uint64_t> found = generations();
  // Those in between were never current, or were rolled back.
  std::erase_if(found, [&](std::uint64_t generation) {
    if (generation > before && generation < current)
      std::filesystem::remove(path_of(generation), error);
    return generation > before;
  });
  const std::size_t num_others = num_kept_ - 1;
  for (std::size_t i = 0; i + num_others < found.size(); ++i)
    std::filesystem::remove(path_of(found[i]), error);
}

std::uint64_t IndexStore::publish(const VectorIndex& index) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const internal::FolderLock lock = lock_folder(folder_);
  const std::vector<std::uint64_t> found = generations();
  // A damaged pointer is replaced; any of the generations may have been current.
  const std::uint64_t before = current_or(*this, found.empty() ? 0 : found.back());
  const std::uint64_t generation = std::max(before, found.empty() ? 0 : found.back()) + 1;
  try {
    index.save(path_of(generation));
    set_current(generation);
  } catch (const IndexError&) {
    throw;
  } catch (const Error& failure) {
    throw IndexError(failure.what());
  }
  remove_leftovers(before, generation);
  return generation;
}

VectorIndex IndexStore::open_current(const LoadOptions& options) const {
  // A writer may remove the generation between the two steps, several times over if it is quick.
  constexpr int kTries = 16;
  for (int attempt = 1;; ++attempt) {
    const std::uint64_t generation = current();
    if (generation == 0)
      throw FormatError("[index] " + folder_.string() + ": expected a published generation, found none");
    try {
      return VectorIndex::load(path_of(generation), options);
    } catch (const FormatError&) {
      if (attempt == kTries || current() == generation)
        throw;
    }
  }
}

std::uint64_t IndexStore::rollback() {
  std::error_code error;
  if (!std::filesystem::is_directory(folder_, error))
    throw IndexError("[index] " + folder_.string() + ": expected a folder of generations, found none");
  const internal::FolderLock lock = lock_folder(folder_);
  // Without a pointer the newest sound generation is the best there is.
  const std::uint64_t before = current_or(*this, ~std::uint64_t{0});
  std::vector<std::uint64_t> found = generations();
  while (!found.empty() && (found.back() >= before || !is_sound(path_of(found.back()))))
    found.pop_back();
  if (found.empty())
    throw IndexError("[index] " + folder_.string() + ": expected an older sound generation, found none");
  try {
    set_current(found.back());
  } catch (const Error& failure) {
    throw IndexError(failure.what());
  }
  return found.back();
}

}  // namespace mess
