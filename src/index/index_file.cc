// SPDX-License-Identifier: MIT
#include "src/index/index_file.h"

#include <array>
#include <cstring>

#include "src/support/container.h"

namespace mess::internal {
namespace {

constexpr std::string_view kKind = "INDX";
constexpr std::uint32_t kLayout = 1;
constexpr std::uint64_t kMaxDim = 65536;

struct Meta {
  std::uint32_t layout;
  std::uint32_t spec_size;
  std::uint64_t dim;
  std::uint64_t count;
  std::uint32_t encoder_id_size;
  std::uint32_t zero;
};
static_assert(sizeof(Meta) == 32);

template <typename T>
std::span<const T> typed(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

}  // namespace

void write_index_file(const std::filesystem::path& path, const IndexContent& content) {
  const Meta meta{.layout = kLayout,
                  .spec_size = static_cast<std::uint32_t>(content.spec.size()),
                  .dim = content.dim,
                  .count = content.ids.size(),
                  .encoder_id_size = static_cast<std::uint32_t>(content.encoder_id.size()),
                  .zero = 0};
  std::string meta_bytes(reinterpret_cast<const char*>(&meta), sizeof meta);
  meta_bytes += content.spec + content.encoder_id;
  const std::array<Section, 3> sections{Section{"meta", std::as_bytes(std::span(meta_bytes))},
                                        Section{"ids", std::as_bytes(content.ids)},
                                        Section{"vectors", std::as_bytes(content.vectors)}};
  write_container(path, kKind, sections);
}

IndexContent read_index_file(std::span<const std::byte> bytes, const std::string& name) {
  const ContainerView container(bytes, name, kKind);
  const auto meta_bytes = container.section("meta");
  const auto ids = container.section("ids");
  const auto vectors = container.section("vectors");
  Meta meta;
  if (meta_bytes.size() < sizeof meta)
    container.fail("section meta: expected at least 32 bytes, found fewer");
  std::memcpy(&meta, meta_bytes.data(), sizeof meta);
  if (meta.layout != kLayout) {
    container.fail("section meta: expected layout " + std::to_string(kLayout) + ", found " +
                   std::to_string(meta.layout));
  }
  if (meta_bytes.size() != sizeof meta + std::uint64_t{meta.spec_size} + meta.encoder_id_size || meta.zero != 0) {
    container.fail("section meta: expected the lengths of its texts to add up, found other lengths");
  }
  if (meta.dim == 0 || meta.dim > kMaxDim || ids.size() % sizeof(std::int64_t) != 0 ||
      ids.size() / sizeof(std::int64_t) != meta.count) {
    container.fail("section ids: expected " + std::to_string(meta.count) + " ids, found " + std::to_string(ids.size()) +
                   " bytes");
  }
  // The count is bounded by the file's size by now, so this product cannot overflow.
  if (vectors.size() != meta.count * meta.dim * sizeof(float)) {
    container.fail("section vectors: expected " + std::to_string(meta.count) + " x " + std::to_string(meta.dim) +
                   " floats, found " + std::to_string(vectors.size()) + " bytes");
  }
  const char* texts = reinterpret_cast<const char*>(meta_bytes.data()) + sizeof meta;
  return {.spec = std::string(texts, meta.spec_size),
          .encoder_id = std::string(texts + meta.spec_size, meta.encoder_id_size),
          .dim = meta.dim,
          .ids = typed<std::int64_t>(ids),
          .vectors = typed<float>(vectors)};
}

}  // namespace mess::internal
