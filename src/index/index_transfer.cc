// SPDX-License-Identifier: MIT
#include "mess/index_transfer.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>
#include <faiss/invlists/InvertedLists.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mess/error.h"
#include "src/support/atomic_file.h"
#include "src/support/container.h"
#include "src/support/file_bytes.h"

namespace mess {
namespace {

constexpr std::size_t kRowsAtOnce = 4096;

std::string to_hex(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[text.size() - 1 - i] = "0123456789abcdef"[value >> 4 * i & 15];
  return text;
}

std::vector<std::byte> read_all(const std::filesystem::path& path) {
  try {
    return internal::read_file_bytes(path);
  } catch (const Error& error) {
    throw FormatError(error.what());
  }
}

std::unique_ptr<faiss::Index> parse(std::span<const std::byte> bytes) {
  faiss::VectorIOReader reader;
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  reader.data.assign(first, first + bytes.size());
  return std::unique_ptr<faiss::Index>(faiss::read_index(&reader));
}

// Adds in blocks what comes one by one.
class BlockWriter {
 public:
  explicit BlockWriter(VectorIndex& index) : index_(index) {}

  std::span<float> next(std::int64_t id) {
    if (ids_.size() == kRowsAtOnce)
      flush();
    ids_.push_back(id);
    values_.resize(ids_.size() * index_.dim());
    return std::span(values_).last(index_.dim());
  }
  void flush() {
    index_.add(ids_, values_);
    ids_.clear();
    values_.clear();
  }

 private:
  VectorIndex& index_;
  std::vector<std::int64_t> ids_;
  std::vector<float> values_;
};

// Lists hold their ids, which need not be 0 to n - 1. `transform` is what the vectors went through before, if anything.
void add_lists(const faiss::IndexIVF& source, const faiss::IndexPreTransform* transform, const faiss::IndexIDMap* map,
               VectorIndex& index) {
  BlockWriter writer(index);
  std::vector<float> kept(static_cast<std::size_t>(source.d));
  for (std::size_t list = 0; list < source.nlist; ++list) {
    const faiss::InvertedLists::ScopedIds ids(source.invlists, list);
    for (std::size_t offset = 0; offset < source.invlists->list_size(list); ++offset) {
      source.reconstruct_from_offset(static_cast<std::int64_t>(list), static_cast<std::int64_t>(offset), kept.data());
      const std::int64_t id = ids[offset];
      const auto values = writer.next(map != nullptr ? map->id_map.at(static_cast<std::size_t>(id)) : id);
      if (transform != nullptr)
        transform->reverse_chain(1, kept.data(), values.data());
      else
        std::copy(kept.begin(), kept.end(), values.begin());
    }
  }
  writer.flush();
}

void add_rows(const faiss::Index& source, VectorIndex& index) {
  const auto* map = dynamic_cast<const faiss::IndexIDMap*>(&source);
  const faiss::Index& rows = map != nullptr ? *map->index : source;
  const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(&rows);
  const auto* lists = dynamic_cast<const faiss::IndexIVF*>(transform != nullptr ? transform->index : &rows);
  if (lists != nullptr) {
    add_lists(*lists, transform, map, index);
    return;
  }
  BlockWriter writer(index);
  for (std::int64_t row = 0; row < rows.ntotal; ++row)
    rows.reconstruct(row, writer.next(map != nullptr ? map->id_map.at(static_cast<std::size_t>(row)) : row).data());
  writer.flush();
}

}  // namespace

std::string export_faiss(const VectorIndex& index, const std::filesystem::path& path) {
  try {
    const auto metric = index.metric() == "l2" ? faiss::METRIC_L2 : faiss::METRIC_INNER_PRODUCT;
    faiss::IndexFlat flat(static_cast<std::int64_t>(index.dim()), metric);
    faiss::IndexIDMap2 map(&flat);
    const auto ids = index.ids();
    for (std::size_t first = 0; first < ids.size(); first += kRowsAtOnce) {
      const auto block = std::span(ids).subspan(first, std::min(kRowsAtOnce, ids.size() - first));
      const auto values = index.vectors(block);
      map.add_with_ids(static_cast<std::int64_t>(block.size()), values.data(), block.data());
    }
    faiss::VectorIOWriter writer;
    faiss::write_index(&map, &writer);
    internal::AtomicFile file(path);
    file.write(std::as_bytes(std::span(writer.data)));
    file.commit();
    return to_hex(internal::content_hash(std::as_bytes(std::span(writer.data))));
  } catch (const faiss::FaissException& error) {
    throw IndexError("[index] " + path.string() + ": expected to export it, found: " + error.what());
  } catch (const IndexError&) {
    throw;
  } catch (const Error& error) {
    throw IndexError(error.what());
  }
}

VectorIndex import_faiss(const std::filesystem::path& path, const FaissImportOptions& options) {
  const std::string subject = "[index] " + path.string() + ": ";
  if (options.xxh3.empty() && !options.is_trusted)
    throw InvalidArgument(subject + "expected its digest or the word that it is trusted, found neither");
  const auto bytes = read_all(path);
  const std::string digest = to_hex(internal::content_hash(bytes));
  if (!options.xxh3.empty() && options.xxh3 != digest)
    throw FormatError(subject + "expected the digest " + options.xxh3 + ", found " + digest);
  try {
    const auto source = parse(bytes);
    const char* metric = source->metric_type == faiss::METRIC_INNER_PRODUCT ? "ip" : "l2";
    if (source->metric_type > faiss::METRIC_L2 || options.index.metric != metric)
      throw InvalidArgument(subject + "expected the metric " + options.index.metric + ", found another");
    VectorIndex index(static_cast<std::size_t>(source->d), options.index);
    add_rows(*source, index);
    return index;
  } catch (const std::out_of_range&) {
    throw FormatError(subject + "expected an id map with an entry per vector, found a shorter one");
  } catch (const faiss::FaissException& error) {
    throw FormatError(subject + "expected an index that FAISS reads and reconstructs, found: " + error.what());
  }
}

}  // namespace mess
