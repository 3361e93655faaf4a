// SPDX-License-Identifier: MIT
// The on-disk form of a VectorIndex: a container of kind "INDX"; docs/index-format.md lists it byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/index/graph.h"
#include "src/index/hubness.h"
#include "src/index/index_spec.h"
#include "src/index/inverted_lists.h"
#include "src/index/row_store.h"
#include "src/support/container.h"
#include "src/support/mapped_file.h"

namespace mess::internal {

/// Bytes of a text that a file keeps.
constexpr std::size_t kMaxTextSize = 4096;

/// The bytes of a file that an index was loaded from: mapped, or a copy in memory.
class IndexSource {
 public:
  explicit IndexSource(const std::filesystem::path& path) : name_(path.string()), file_(std::in_place, path) {}
  IndexSource(std::span<const std::byte> bytes, std::string name);

  std::span<std::byte> bytes() const { return file_ ? file_->bytes() : std::span(copy_.get(), size_); }
  const std::string& name() const { return name_; }
  bool is_mapped() const { return file_.has_value(); }

 private:
  std::string name_;
  std::optional<MappedFile> file_;
  std::unique_ptr<std::byte[], void (*)(std::byte*)> copy_{nullptr, nullptr};
  std::size_t size_ = 0;
};

/// What a file holds; everything but the texts points into the source or into a running index.
struct IndexContent {
  std::string spec;
  std::string encoder_id;
  std::string label;
  std::size_t dim = 0;
  Metric metric = Metric::kInnerProduct;
  Storage storage = Storage::kFloat32;
  Structure structure = Structure::kFlat;
  std::size_t ef_construction = 0;
  std::size_t num_links = 0;
  std::unique_ptr<RowStore> rows;
  std::unique_ptr<Graph> graph;
  std::unique_ptr<InvertedLists> lists;
  std::unique_ptr<HubnessModel> hubness;
};

struct IndexParts {
  const std::string& spec;
  const std::string& encoder_id;
  const std::string& label;
  std::size_t ef_construction;
  const RowStore& rows;
  const Graph* graph;
  const InvertedLists* lists;
  const HubnessModel* hubness;
};

void write_index_file(const std::filesystem::path& path, const IndexParts& parts);

/// @throws FormatError
IndexContent read_index_file(const IndexSource& source, bool verify_all);
/// The section table, without a look at the contents. @throws FormatError
ContainerView open_index_container(const IndexSource& source, std::uint64_t verify_up_to);

}  // namespace mess::internal
