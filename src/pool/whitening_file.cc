// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "mess/error.h"
#include "src/pool/whitening_impl.h"
#include "src/support/container.h"
#include "src/support/file_bytes.h"

namespace mess {
namespace {

constexpr std::string_view kKind = "WHIT";
constexpr std::uint64_t kMaxDim = 8192;

struct Meta {
  std::uint32_t layout;  // 1
  std::uint32_t l2_normalize;
  std::uint64_t dim;
  std::uint64_t num_components;
  std::uint64_t num_vectors;
  double shrinkage;
  double explained_variance;
  std::uint32_t input_id_size;
  std::uint32_t zero;
};
static_assert(sizeof(Meta) == 56);

bool is_share(double value) { return value >= 0.0 && value <= 1.0 + 1e-9; }

Meta read_meta(const internal::ContainerView& container, EncoderId& input_id) {
  const auto bytes = container.section("meta");
  Meta meta;
  if (bytes.size() < sizeof meta)
    container.fail("section meta: expected at least 56 bytes, found " + std::to_string(bytes.size()));
  std::memcpy(&meta, bytes.data(), sizeof meta);
  if (meta.layout != 1)
    container.fail("section meta: expected layout 1, found " + std::to_string(meta.layout));
  if (meta.l2_normalize > 1 || meta.zero != 0 || meta.dim == 0 || meta.dim > kMaxDim || meta.num_components == 0 ||
      meta.num_components > meta.dim || !is_share(meta.shrinkage) || !is_share(meta.explained_variance) ||
      meta.input_id_size != bytes.size() - sizeof meta) {
    container.fail("section meta: expected sizes and kinds in range, found others");
  }
  try {
    input_id = EncoderId::parse({reinterpret_cast<const char*>(bytes.data()) + sizeof meta, meta.input_id_size});
  } catch (const InvalidArgument&) {
    container.fail("section meta: expected an encoder id, found another text");
  }
  return meta;
}

std::vector<float> read_floats(const internal::ContainerView& container, const char* name, std::uint64_t count) {
  const auto bytes = container.section(name);
  if (bytes.size() != count * sizeof(float)) {
    container.fail(std::string("section ") + name + ": expected " + std::to_string(count) + " values, found " +
                   std::to_string(bytes.size()) + " bytes");
  }
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    container.fail(std::string("section ") + name + ": expected finite values, found NaN or infinity");
  return values;
}

}  // namespace

void Whitening::save(const std::filesystem::path& path) const {
  const std::string id = impl_->input_id.str();
  const Meta meta{.layout = 1,
                  .l2_normalize = impl_->l2_normalize ? 1u : 0u,
                  .dim = impl_->dim,
                  .num_components = impl_->num_components,
                  .num_vectors = impl_->num_vectors,
                  .shrinkage = impl_->shrinkage,
                  .explained_variance = impl_->explained_variance,
                  .input_id_size = static_cast<std::uint32_t>(id.size()),
                  .zero = 0};
  const std::array<internal::Section, 3> sections{
      internal::Section{"meta", {std::as_bytes(std::span(&meta, 1)), std::as_bytes(std::span(id))}},
      internal::Section{"mean", {std::as_bytes(std::span(impl_->mean))}},
      internal::Section{"components", {std::as_bytes(std::span(impl_->components))}}};
  internal::write_container(path, kKind, sections);
}

Whitening Whitening::load(const std::filesystem::path& path) {
  std::vector<std::byte> bytes;
  try {
    bytes = internal::read_file_bytes(path);
  } catch (const Error& failure) {
    throw FormatError(failure.what());
  }
  const internal::ContainerView container(bytes, path.string(), kKind);
  auto impl = std::make_shared<Impl>();
  const Meta meta = read_meta(container, impl->input_id);
  impl->dim = meta.dim;
  impl->num_components = meta.num_components;
  impl->num_vectors = meta.num_vectors;
  impl->shrinkage = meta.shrinkage;
  impl->explained_variance = meta.explained_variance;
  impl->l2_normalize = meta.l2_normalize != 0;
  impl->mean = read_floats(container, "mean", meta.dim);
  impl->components = read_floats(container, "components", meta.dim * meta.num_components);
  impl->name();
  return Whitening(std::move(impl));
}

}  // namespace mess
