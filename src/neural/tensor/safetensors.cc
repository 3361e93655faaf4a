// SPDX-License-Identifier: MIT
#include "src/neural/tensor/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/json.h"
#include "src/support/atomic_file.h"

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace mess::internal {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxRank = 64;
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void fail(const std::string& name, const std::string& expected, const std::string& found) {
  throw ModelError("[neural] " + name + ": expected " + expected + ", found " + found);
}

std::string_view header_text(std::span<const std::byte> file, const std::string& name) {
  constexpr std::string_view kPointer = "version https://git-lfs";
  const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
  if (all.starts_with(kPointer))
    fail(name, "a safetensors file", "a Git LFS pointer: the file itself was not downloaded");
  if (file.size() < kLengthBytes)
    fail(name, "at least 8 bytes", std::to_string(file.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kMaxSafetensorsHeader)
    fail(name, "a header of at most " + std::to_string(kMaxSafetensorsHeader) + " bytes", std::to_string(length));
  if (length > file.size() - kLengthBytes) {
    fail(name, std::to_string(length) + " bytes of header",
         std::to_string(file.size() - kLengthBytes) + " bytes: the file is cut");
  }
  const std::string_view text = all.substr(kLengthBytes, length);
  if (!text.starts_with('{'))
    fail(name, "a header that begins with {", text.empty() ? "an empty header" : "another character");
  return text;
}

void check_metadata(const JsonObject& metadata) {
  for (const std::string& key : metadata.keys())
    metadata.text(key);
}

StoredTensor read_entry(const JsonObject& entry, std::uint64_t data_bytes) {
  StoredTensor tensor;
  tensor.type_name = entry.text("dtype");
  tensor.type = parse_element_name(tensor.type_name);
  tensor.shape = entry.integers("shape");
  const std::vector<std::int64_t> offsets = entry.integers("data_offsets");
  if (tensor.shape.size() > kMaxRank)
    fail(entry.name(), "at most 64 dimensions", std::to_string(tensor.shape.size()));
  if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
    fail(entry.name(), "data_offsets [begin, end]", "others");
  tensor.offset = static_cast<std::uint64_t>(offsets[0]);
  tensor.num_bytes = static_cast<std::uint64_t>(offsets[1] - offsets[0]);
  if (static_cast<std::uint64_t>(offsets[1]) > data_bytes) {
    fail(entry.name(), "an end within " + std::to_string(data_bytes) + " bytes of data",
         std::to_string(offsets[1]) + ": the file is cut, or was changed");
  }
  const auto num_elements = count_elements(tensor.shape);
  // A shape such as 0 x 2^62 x 4 has no elements and yet strides that overflow.
  const auto reach = count_elements(tensor.shape, /*skip_zeros=*/true);
  if (!num_elements || !reach || *reach > std::numeric_limits<std::int64_t>::max() / 8)
    fail(entry.name(), "a shape that fits into memory", shape_text(tensor.shape));
  if (tensor.type && *num_elements * element_bytes(*tensor.type) != tensor.num_bytes) {
    fail(entry.name(),
         std::to_string(*num_elements * element_bytes(*tensor.type)) + " bytes of " + tensor.type_name + " for " +
             shape_text(tensor.shape),
         std::to_string(tensor.num_bytes));
  }
  return tensor;
}

// Every byte of the data belongs to exactly one tensor.
void check_tiling(const StoredTensors& tensors, std::uint64_t data_bytes, const std::string& name) {
  using Extent = std::tuple<std::uint64_t, std::uint64_t, const std::string*>;
  std::vector<Extent> extents;
  extents.reserve(tensors.size());
  for (const auto& [key, tensor] : tensors)
    extents.emplace_back(tensor.offset, tensor.offset + tensor.num_bytes, &key);
  std::ranges::sort(extents);
  std::uint64_t end = 0;
  for (const auto& [begin, next_end, key] : extents) {
    if (begin != end) {
      fail(name + ": \"" + *key + "\"", "to begin at byte " + std::to_string(end) + " of the data",
           std::to_string(begin) + (begin < end ? ": tensors overlap" : ": a hole"));
    }
    end = next_end;
  }
  if (end != data_bytes)
    fail(name, std::to_string(end) + " bytes of data", std::to_string(data_bytes));
}

void sort_for_alignment(std::vector<TensorBytes>& tensors) {
  std::ranges::sort(tensors, [](const TensorBytes& a, const TensorBytes& b) {
    const std::size_t wide_a = element_bytes(a.type);
    const std::size_t wide_b = element_bytes(b.type);
    return wide_a != wide_b ? wide_a > wide_b : a.name < b.name;
  });
}

std::string entry_text(const TensorBytes& tensor, std::uint64_t begin) {
  std::string shape;
  for (const std::int64_t dimension : tensor.shape)
    shape += (shape.empty() ? "" : ",") + std::to_string(dimension);
  return json_quoted(tensor.name) + ":{\"dtype\":\"" + std::string(element_name(tensor.type)) + "\",\"shape\":[" +
         shape + "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(begin + tensor.values.size()) +
         "]}";
}

std::string metadata_text(const std::map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata)
    text += (text.empty() ? "" : ",") + json_quoted(key) + ":" + json_quoted(value);
  return text.empty() ? text : "\"" + std::string(kMetadata) + "\":{" + text + "}";
}

}  // namespace

StoredTensors read_safetensors(std::span<const std::byte> file, const std::string& name) {
  const std::string_view text = header_text(file, name);
  const std::uint64_t data_begin = kLengthBytes + text.size();
  const std::uint64_t data_bytes = file.size() - data_begin;
  const JsonObject header = JsonObject::parse(text, name, {.max_bytes = kMaxSafetensorsHeader, .max_depth = 4});
  StoredTensors tensors;
  for (const std::string& key : header.keys()) {
    if (key == kMetadata)
      check_metadata(header.object(key));
    else
      tensors.emplace(key, read_entry(header.object(key), data_bytes));
  }
  check_tiling(tensors, data_bytes, name);
  for (auto& [key, tensor] : tensors)
    tensor.offset += data_begin;
  return tensors;
}

void write_safetensors(const std::filesystem::path& path, std::vector<TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata) {
  sort_for_alignment(tensors);
  std::string header = "{" + metadata_text(metadata);
  std::uint64_t begin = 0;
  std::vector<std::string_view> names;
  for (const TensorBytes& tensor : tensors) {
    const auto num_elements = count_elements(tensor.shape);
    if (!num_elements || *num_elements * element_bytes(tensor.type) != tensor.values.size())
      fail(path.string() + ": \"" + tensor.name + "\"", "as many bytes as the shape has", "others");
    header += (header.size() > 1 ? "," : "") + entry_text(tensor, begin);
    begin += tensor.values.size();
    names.push_back(tensor.name);
  }
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end() || std::ranges::binary_search(names, kMetadata))
    fail(path.string(), "each tensor once, none called __metadata__", "others");
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (header.size() > kMaxSafetensorsHeader)
    fail(path.string(), "a header of at most 100 MB", std::to_string(header.size()));
  AtomicFile file(path);
  const std::uint64_t length = header.size();
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(std::as_bytes(std::span(header)));
  for (const TensorBytes& tensor : tensors)
    file.write(tensor.values);
  file.commit();
}

}  // namespace mess::internal
