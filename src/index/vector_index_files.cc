// SPDX-License-Identifier: MIT
#include <shared_mutex>

#include "mess/error.h"
#include "src/index/index_impl.h"
#include "src/index/pq_codec.h"

namespace mess {
namespace {

std::shared_ptr<internal::IndexSource> map_file(const std::filesystem::path& path) {
  try {
    return std::make_shared<internal::IndexSource>(path);
  } catch (const FormatError&) {
    throw;
  } catch (const Error& error) {
    throw FormatError(error.what());
  }
}

// "auto" may be of either structure, lists are flat until they are trained, everything else is what its spec says.
bool is_of(const internal::IndexSpec& spec, const internal::IndexContent& content) {
  if (content.structure == internal::Structure::kLists) {
    const internal::PqCodec& codec = *content.rows->codec;
    return spec.structure == content.structure && (spec.num_lists == 0 || spec.num_lists == codec.num_lists()) &&
           (spec.num_parts == 0 || spec.num_parts == codec.num_parts());
  }
  const bool is_untrained =
      spec.structure == internal::Structure::kLists && content.structure == internal::Structure::kFlat;
  return content.storage == spec.storage && (spec.is_auto || is_untrained || spec.structure == content.structure);
}

}  // namespace

VectorIndex VectorIndex::load_from(std::shared_ptr<internal::IndexSource> source, bool verify) {
  internal::IndexContent content = internal::read_index_file(*source, verify);
  try {
    auto impl = std::make_unique<Impl>(
        content.dim, IndexOptions{.spec = content.spec,
                                  .encoder_id = content.encoder_id,
                                  .metric = content.metric == internal::Metric::kSquaredL2 ? "l2" : "ip",
                                  .ef_construction = std::max<std::size_t>(content.ef_construction, 1),
                                  .label = content.label});
    if (!is_of(impl->spec, content))
      throw InvalidArgument("contents that are not of the spec " + content.spec);
    if (content.ef_construction == 0)
      impl->options.ef_construction = IndexOptions().ef_construction;
    impl->rows = std::move(content.rows);
    impl->graph = std::move(content.graph);
    impl->lists = std::move(content.lists);
    impl->hubness = std::move(content.hubness);
    impl->source = std::move(source);
    return VectorIndex(std::move(impl));
  } catch (const InvalidArgument& error) {
    throw FormatError("[file] " + source->name() + ": expected a valid index, found: " + error.what());
  }
}

void VectorIndex::save(const std::filesystem::path& path) const {
  const std::shared_lock lock(impl_->mutex);
  try {
    internal::write_index_file(path, {.spec = impl_->options.spec,
                                      .encoder_id = impl_->options.encoder_id,
                                      .label = impl_->options.label,
                                      .ef_construction = impl_->options.ef_construction,
                                      .rows = *impl_->rows,
                                      .graph = impl_->graph.get(),
                                      .lists = impl_->lists.get(),
                                      .hubness = impl_->hubness.get()});
  } catch (const Error& error) {
    throw IndexError(error.what());
  }
}

VectorIndex VectorIndex::load(std::span<const std::byte> bytes, const std::string& name) {
  return load_from(std::make_shared<internal::IndexSource>(bytes, name), true);
}

VectorIndex VectorIndex::load(const std::filesystem::path& path, const LoadOptions& options) {
  return load_from(map_file(path), options.verify);
}

void VectorIndex::verify() const {
  const std::shared_lock lock(impl_->mutex);
  if (!impl_->source || !impl_->source->is_mapped())
    return;
  // The file itself: the mapping may hold changes made since.
  const auto file = map_file(impl_->source->name());
  internal::open_index_container(*file, internal::ContainerView::kVerifyAll);
}

IndexInfo VectorIndex::info() const {
  const std::shared_lock lock(impl_->mutex);
  const internal::RowStore& rows = *impl_->rows;
  IndexInfo info;
  info.spec = impl_->options.spec;
  info.structure = internal::to_string(impl_->structure());
  info.storage = internal::to_string(rows.storage);
  info.metric = impl_->options.metric;
  info.encoder_id = impl_->options.encoder_id;
  info.dim = rows.dim;
  info.size = rows.num_live();
  info.num_removed = rows.num_dead;
  info.owned_bytes = rows.ids.owned_bytes() + rows.precise.owned_bytes() + rows.sketch.owned_bytes() +
                     rows.info.owned_bytes() + rows.table.owned_bytes();
  if (impl_->graph)
    info.owned_bytes += impl_->graph->owned_bytes();
  if (impl_->lists)
    info.owned_bytes += impl_->lists->owned_bytes() + rows.codec->owned_bytes();
  if (impl_->source) {
    info.mapped_bytes = impl_->source->bytes().size();
    const internal::ContainerView container = internal::open_index_container(*impl_->source, 0);
    for (const auto& entry : container.entries())
      info.sections.push_back({entry.name, entry.offset, entry.content.size()});
  }
  if (info.size > 0)
    info.bytes_per_vector = static_cast<double>(info.owned_bytes + info.mapped_bytes) / static_cast<double>(info.size);
  return info;
}

}  // namespace mess
