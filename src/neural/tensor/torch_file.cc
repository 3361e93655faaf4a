// SPDX-License-Identifier: MIT
#include "src/neural/tensor/torch_file.h"

#include <c10/util/Exception.h>
#include <caffe2/serialize/inline_container.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>

#include "mess/error.h"
#include "src/neural/tensor/unpickler.h"

namespace mess::internal {
namespace {

using caffe2::serialize::PyTorchStreamReader;

constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kCompressionField = 8;

class SpanAdapter : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit SpanAdapter(std::span<const std::byte> file) : file_(file) {}
  std::size_t size() const override { return file_.size(); }
  std::size_t read(std::uint64_t position, void* target, std::size_t count, const char*) const override {
    if (position >= file_.size())
      return 0;
    const std::size_t available = std::min(count, file_.size() - static_cast<std::size_t>(position));
    std::memcpy(target, file_.data() + position, available);
    return available;
  }

 private:
  std::span<const std::byte> file_;
};

class Archive {
 public:
  Archive(std::span<const std::byte> file, std::string name)
      : file_(file), name_(std::move(name)), reader_(std::make_shared<SpanAdapter>(file)) {}

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw ModelError("[neural] " + name_ + ": expected " + expected + ", found " + found);
  }

  std::string small_record(const std::string& record, std::size_t max_bytes) {
    if (reader_.getRecordSize(record) > max_bytes)
      fail("a record " + record + " of at most " + std::to_string(max_bytes) + " bytes", "a longer one");
    const auto [bytes, size] = reader_.getRecord(record);
    return {static_cast<const char*>(bytes.get()), size};
  }

  bool has(const std::string& record) { return reader_.hasRecord(record); }

  StoredTensor locate(const std::string& key, const PickledTensor& pickled) {
    const std::string record = "data/" + pickled.storage_key;
    if (!has(record))
      fail("a record " + record + " for \"" + key + "\"", "none");
    const std::uint64_t offset = reader_.getRecordOffset(record);
    const std::uint64_t record_bytes = reader_.getRecordSize(record);
    check_is_stored(record);
    if (offset > file_.size() || record_bytes > file_.size() - offset)
      fail("the record " + record + " inside the file", "its end beyond: the file is cut");
    const std::size_t width = element_bytes(pickled.type);
    if (pickled.storage_elements > record_bytes / width) {
      fail(std::to_string(pickled.storage_elements) + " elements in the record " + record,
           std::to_string(record_bytes) + " bytes");
    }
    return {.type_name = std::string(element_name(pickled.type)),
            .type = pickled.type,
            .shape = pickled.shape,
            .strides = pickled.strides,
            .offset = offset + pickled.first_element * width,
            .num_bytes = (pickled.storage_elements - pickled.first_element) * width};
  }

 private:
  void check_is_stored(const std::string& record) {
    const std::uint64_t header = reader_.getRecordHeaderOffset(record);
    if (header > file_.size() || file_.size() - header < kLocalHeaderBytes)
      fail("the record " + record + " inside the file", "its beginning beyond");
    std::uint16_t method = 0;
    std::memcpy(&method, file_.data() + header + kCompressionField, sizeof method);
    if (method != 0)
      fail("records as torch.save writes them", record + " compressed");
  }

  std::span<const std::byte> file_;
  std::string name_;
  PyTorchStreamReader reader_;
};

StoredTensors read_archive(std::span<const std::byte> file, const std::string& name) {
  constexpr std::size_t kMaxByteOrder = 16;
  Archive archive(file, name);
  if (archive.has("byteorder") && archive.small_record("byteorder", kMaxByteOrder) != "little")
    archive.fail("little-endian tensors", "another byte order");
  if (!archive.has("data.pkl"))
    archive.fail("a checkpoint of torch.save", "a zip archive without data.pkl");
  const std::string pickle = archive.small_record("data.pkl", PickleLimits().max_bytes);
  StoredTensors tensors;
  for (const auto& [key, pickled] : unpickle_tensors(std::as_bytes(std::span(pickle)), name + ": data.pkl"))
    tensors.emplace(key, archive.locate(key, pickled));
  return tensors;
}

}  // namespace

bool is_zip(std::span<const std::byte> file) {
  return file.size() >= 4 && std::memcmp(file.data(), "PK\x03\x04", 4) == 0;
}

bool is_legacy_torch_file(std::span<const std::byte> file) {
  return file.size() >= 2 && std::memcmp(file.data(), "\x80\x02", 2) == 0;
}

StoredTensors read_torch_file(std::span<const std::byte> file, const std::string& name) {
  if (is_legacy_torch_file(file)) {
    throw ModelError(
        "[neural] " + name +
        ": expected a zip archive, found the format of PyTorch before 1.6; save it again with a newer one: "
        "torch.save(torch.load(path, weights_only=True), path)");
  }
  try {
    return read_archive(file, name);
  } catch (const c10::Error& error) {
    throw ModelError("[neural] " + name +
                     ": expected a checkpoint of torch.save, found: " + error.what_without_backtrace());
  }
}

}  // namespace mess::internal
