// SPDX-License-Identifier: MIT
#include "src/neural/tensor/checkpoint.h"

#include <ATen/ATen.h>

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/json.h"
#include "src/neural/tensor/mapped_file.h"
#include "src/neural/tensor/safetensors.h"
#include "src/neural/tensor/stored_tensor.h"
#include "src/neural/tensor/torch_file.h"

namespace mess::internal {
namespace {

using Path = std::filesystem::path;

constexpr std::array kFileNames{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                                "pytorch_model.bin.index.json"};
constexpr std::size_t kMaxShards = 1'000;

constexpr std::array<std::pair<ElementType, at::ScalarType>, 15> kScalarTypes{{
    {ElementType::kFloat64, at::kDouble},
    {ElementType::kFloat32, at::kFloat},
    {ElementType::kFloat16, at::kHalf},
    {ElementType::kBfloat16, at::kBFloat16},
    {ElementType::kFloat8E4m3, at::kFloat8_e4m3fn},
    {ElementType::kFloat8E5m2, at::kFloat8_e5m2},
    {ElementType::kInt64, at::kLong},
    {ElementType::kInt32, at::kInt},
    {ElementType::kInt16, at::kShort},
    {ElementType::kInt8, at::kChar},
    {ElementType::kUint64, at::kUInt64},
    {ElementType::kUint32, at::kUInt32},
    {ElementType::kUint16, at::kUInt16},
    {ElementType::kUint8, at::kByte},
    {ElementType::kBool, at::kBool},
}};

at::ScalarType scalar_type(ElementType type) { return kScalarTypes.at(static_cast<std::size_t>(type)).second; }

ElementType element_type(at::ScalarType scalar, const std::string& name) {
  for (const auto& [element, known] : kScalarTypes) {
    if (known == scalar)
      return element;
  }
  throw ModelError("[neural] \"" + name + "\": expected a type that safetensors has, found " + at::toString(scalar));
}

bool is_index(const Path& file) { return file.string().ends_with(".index.json"); }

struct Shard {
  std::shared_ptr<MappedFile> file;
  StoredTensors tensors;
};

Shard open_shard(const Path& file) {
  auto mapping = std::make_shared<MappedFile>(file);
  const std::span<const std::byte> bytes = mapping->bytes();
  StoredTensors tensors = is_zip(bytes) || is_legacy_torch_file(bytes) ? read_torch_file(bytes, file.string())
                                                                       : read_safetensors(bytes, file.string());
  return {.file = std::move(mapping), .tensors = std::move(tensors)};
}

Path find_file(const Path& folder) {
  std::error_code ignored;  // a folder that may not be entered holds none of them, as far as can be known
  for (const char* name : kFileNames) {
    if (std::filesystem::exists(folder / name, ignored))
      return folder / name;
  }
  std::string expected;
  for (const char* name : kFileNames)
    expected += (expected.empty() ? "" : ", ") + std::string(name);
  throw ModelError("[neural] " + folder.string() + ": expected one of " + expected + ", found none of them");
}

at::Tensor view(const std::shared_ptr<MappedFile>& file, const StoredTensor& stored, const std::string& name) {
  if (!stored.type) {
    throw ModelError("[neural] " + file->path().string() + ": \"" + name + "\": expected a known type, found " +
                     stored.type_name);
  }
  const at::ScalarType type = scalar_type(*stored.type);
  std::byte* const first = file->bytes().data() + stored.offset;
  const std::size_t width = element_bytes(*stored.type);
  if (stored.num_bytes == 0)
    return at::empty(stored.shape, type);
  if (stored.offset % width != 0) {
    const auto copy = at::empty({static_cast<std::int64_t>(stored.num_bytes / width)}, type);
    std::memcpy(copy.data_ptr(), first, stored.num_bytes);
    return stored.strides.empty() ? copy.view(stored.shape) : copy.as_strided(stored.shape, stored.strides);
  }
  const auto keep = [file](void*) {};
  // Bytes other than 0 and 1 are no bool, whatever a file says: those are read as numbers first.
  const at::ScalarType read_as = type == at::kBool ? at::kByte : type;
  const at::Tensor mapped = stored.strides.empty() ? at::from_blob(first, stored.shape, keep, read_as)
                                                   : at::from_blob(first, stored.shape, stored.strides, keep, read_as);
  return type == at::kBool ? mapped.ne(0) : mapped;
}

}  // namespace

struct Checkpoint::State {
  Path source;
  std::vector<Shard> shards;
  std::map<std::string, std::size_t> shard_of;

  void add_all(Shard shard) {
    for (const auto& [name, stored] : shard.tensors)
      shard_of.emplace(name, shards.size());
    shards.push_back(std::move(shard));
  }

  void add_index(const Path& index) {
    const JsonObject map = JsonObject::read(index).object("weight_map");
    std::map<std::string, std::size_t> opened;
    for (const std::string& name : map.keys()) {
      const std::string file = map.text(name);
      const auto refuse = [&map](const std::string& expected, const std::string& found) {
        // NOLINTNEXTLINE(performance-inefficient-string-concatenation): once, before it throws
        throw ModelError("[neural] " + map.name() + ": expected " + expected + ", found " + found);
      };
      // A name, never a path: an index must not reach outside its folder.
      if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos)
        refuse("names of files beside it", file);
      if (const auto [found, is_new] = opened.emplace(file, shards.size()); is_new) {
        if (shards.size() >= kMaxShards)
          refuse("at most " + std::to_string(kMaxShards) + " files", "more");
        shards.push_back(open_shard(index.parent_path() / file));
      }
      const std::size_t shard = opened.at(file);
      if (!shards[shard].tensors.contains(name))
        refuse(json_quoted(name).append(" in ").append(file), "no such tensor");
      shard_of.emplace(name, shard);
    }
  }

  const Shard& find(const std::string& name) const {
    const auto found = shard_of.find(name);
    if (found == shard_of.end())
      throw ModelError("[neural] " + source.string() + ": expected a tensor \"" + name + "\", found none");
    return shards[found->second];
  }
};

Checkpoint::Checkpoint(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Checkpoint Checkpoint::open(const std::filesystem::path& folder_or_file) {
  std::error_code ignored;  // opening says what is wrong
  const bool is_folder = std::filesystem::is_directory(folder_or_file, ignored);
  const std::filesystem::path file = is_folder ? find_file(folder_or_file) : folder_or_file;
  auto state = std::make_shared<State>();
  state->source = file;
  if (is_index(file))
    state->add_index(file);
  else
    state->add_all(open_shard(file));
  return Checkpoint(std::move(state));
}

const std::filesystem::path& Checkpoint::path() const { return state_->source; }

std::vector<std::string> Checkpoint::names() const {
  std::vector<std::string> names;
  for (const auto& [name, shard] : state_->shard_of)
    names.push_back(name);
  return names;
}

bool Checkpoint::contains(const std::string& name) const { return state_->shard_of.contains(name); }

std::vector<std::int64_t> Checkpoint::shape(const std::string& name) const {
  return state_->find(name).tensors.at(name).shape;
}

std::string Checkpoint::type_name(const std::string& name) const {
  return state_->find(name).tensors.at(name).type_name;
}

at::Tensor Checkpoint::tensor(const std::string& name) const {
  const Shard& shard = state_->find(name);
  return view(shard.file, shard.tensors.at(name), name);
}

void write_checkpoint(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::vector<at::Tensor> kept;  // what a copy was made of lives until it is written
  std::vector<TensorBytes> written;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor& row_major = kept.emplace_back(tensor.detach().to(at::kCPU).contiguous());
    const auto* first = static_cast<const std::byte*>(row_major.const_data_ptr());
    written.push_back({.name = name,
                       .type = element_type(row_major.scalar_type(), name),
                       .shape = row_major.sizes().vec(),
                       .values = {first, row_major.nbytes()}});
  }
  write_safetensors(file, std::move(written), metadata);
}

}  // namespace mess::internal
