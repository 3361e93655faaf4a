// SPDX-License-Identifier: MIT
#include "src/index/index_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "mess/error.h"
#include "src/index/pq_codec.h"

namespace mess::internal {
namespace {

constexpr std::string_view kKind = "INDX";
constexpr std::uint32_t kLayout = 2;
constexpr std::uint64_t kMaxDim = 65536;
constexpr std::uint64_t kMaxRows = (std::uint64_t{1} << 31) - 2;
constexpr std::size_t kMostLists = 65536;
constexpr float kMaxCentroidValue = 1e16f;  // a vector's values are at most 1e15
// Files up to this size are checked whole when they are opened: it takes some milliseconds.
constexpr std::uint64_t kVerifyWhole = std::uint64_t{64} << 20;
constexpr std::uint64_t kVerifySmall = std::uint64_t{4} << 20;

struct Meta {
  std::uint32_t layout;
  std::uint32_t structure;
  std::uint32_t storage;
  std::uint32_t metric;
  std::uint64_t dim;
  std::uint64_t num_rows;
  std::uint64_t num_dead;
  std::uint32_t ef_construction;
  std::uint32_t num_links;
  std::int32_t entry_point;
  std::int32_t max_level;
  std::uint32_t spec_size;
  std::uint32_t encoder_id_size;
};
static_assert(sizeof(Meta) == 64);

// The first layout: ids and float32 vectors alone.
struct MetaOfLayout1 {
  std::uint32_t layout;
  std::uint32_t spec_size;
  std::uint64_t dim;
  std::uint64_t count;
  std::uint32_t encoder_id_size;
  std::uint32_t zero;
};
static_assert(sizeof(MetaOfLayout1) == 32);

template <typename T>
std::span<const T> typed(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <typename T>
Section plain_section(const char* name, std::span<const T> values) {
  return {name, {std::as_bytes(values)}};
}

class Reader {
 public:
  Reader(const IndexSource& source, std::uint64_t verify_up_to)
      : source_(source), container_(open_index_container(source, verify_up_to)) {
    const auto bytes = container_.section("meta");
    std::uint32_t layout = 0;
    if (bytes.size() < sizeof(MetaOfLayout1))
      container_.fail("section meta: expected at least 32 bytes, found fewer");
    std::memcpy(&layout, bytes.data(), sizeof layout);
    if (layout != 1 && layout != kLayout) {
      container_.fail("section meta: expected layout 1 or 2, found " + std::to_string(layout) +
                      "; build the index again");
    }
    layout_ = layout;
  }

  IndexContent read() {
    if (layout_ == 1)
      return read_layout_1();
    read_meta();
    if (content_.structure == Structure::kLists)
      read_codec();
    else
      content_.rows = std::make_unique<RowStore>(content_.dim, content_.storage, content_.metric, true);
    attach_rows();
    read_dead();
    if (content_.structure == Structure::kGraph)
      read_graph();
    if (content_.structure == Structure::kLists)
      read_lists();
    if (container_.has("hub.sample"))
      read_hubness();
    if (container_.has("label"))
      read_label();
    return std::move(content_);
  }

 private:
  void read_meta() {
    const auto bytes = container_.section("meta");
    if (bytes.size() < sizeof meta_)
      container_.fail("section meta: expected at least 64 bytes, found fewer");
    std::memcpy(&meta_, bytes.data(), sizeof meta_);
    read_texts(bytes.subspan(sizeof meta_), meta_.spec_size, meta_.encoder_id_size);
    if (meta_.dim == 0 || meta_.dim > kMaxDim || meta_.num_rows > kMaxRows || meta_.num_dead > meta_.num_rows ||
        meta_.structure > 2 || meta_.storage > 4 || (meta_.structure == 2) != (meta_.storage == 4) ||
        meta_.metric > 1 || meta_.ef_construction == 0 || meta_.ef_construction > 10000) {
      container_.fail("section meta: expected sizes and kinds in range, found others");
    }
    content_.dim = meta_.dim;
    content_.structure = static_cast<Structure>(meta_.structure);
    content_.storage = static_cast<Storage>(meta_.storage);
    content_.metric = static_cast<Metric>(meta_.metric);
    content_.ef_construction = meta_.ef_construction;
    content_.num_links = meta_.num_links;
  }

  void read_texts(std::span<const std::byte> texts, std::uint32_t spec_size, std::uint32_t encoder_id_size) {
    if (spec_size > kMaxTextSize || encoder_id_size > kMaxTextSize ||
        texts.size() != std::size_t{spec_size} + encoder_id_size) {
      container_.fail("section meta: expected the lengths of its texts to add up, found other lengths");
    }
    const char* characters = reinterpret_cast<const char*>(texts.data());
    content_.spec.assign(characters, spec_size);
    content_.encoder_id.assign(characters + spec_size, encoder_id_size);
  }

  std::span<const std::byte> sized_section(const char* name, std::uint64_t count, std::uint64_t item_size) {
    const auto bytes = container_.section(name);
    // Both factors are below 2^32 here.
    if (bytes.size() != count * item_size) {
      container_.fail(std::string("section ") + name + ": expected " + std::to_string(count) + " x " +
                      std::to_string(item_size) + " bytes, found " + std::to_string(bytes.size()));
    }
    return bytes;
  }

  // Planes may be written to: the source is private memory.
  void attach(Plane& plane, const char* name) {
    const auto bytes = sized_section(name, meta_.num_rows, plane.stride());
    const auto offset = static_cast<std::size_t>(bytes.data() - source_.bytes().data());
    plane.attach(source_.bytes().subspan(offset, bytes.size()));
  }

  void attach_rows() {
    RowStore& rows = *content_.rows;
    attach(rows.ids, "ids");
    attach(rows.precise, "precise");
    if (rows.has_sketch) {
      attach(rows.sketch, "sketch");
      attach(rows.info, "sketch_info");
    }
    const auto slots = typed<std::uint32_t>(container_.section("id_table"));
    const std::uint64_t num_live = meta_.num_rows - meta_.num_dead;
    const auto used = static_cast<std::uint64_t>(
        std::count_if(slots.begin(), slots.end(), [](std::uint32_t slot) { return slot != 0; }));
    if ((!slots.empty() && !std::has_single_bit(slots.size())) || used != num_live || slots.size() < 2 * num_live)
      container_.fail("section id_table: expected a table of " + std::to_string(num_live) + " ids, found another");
    rows.table.attach(slots, num_live);
  }

  void read_dead() {
    if (meta_.num_dead == 0)
      return;
    RowStore& rows = *content_.rows;
    const auto words =
        typed<std::uint64_t>(sized_section("removed", (meta_.num_rows + 63) / 64, sizeof(std::uint64_t)));
    rows.dead.assign(words);
    rows.num_dead = meta_.num_dead;
    const bool has_more = meta_.num_rows % 64 != 0 && words.back() >> meta_.num_rows % 64 != 0;
    if (rows.dead.count() != meta_.num_dead || has_more)
      container_.fail("section removed: expected " + std::to_string(meta_.num_dead) + " bits, found others");
  }

  void read_graph() {
    constexpr std::uint32_t kMostLinks = 128;
    constexpr std::int32_t kMostLevels = 64;
    const std::uint64_t count = meta_.num_rows;
    if (meta_.num_links < 2 || meta_.num_links > kMostLinks || meta_.max_level > kMostLevels)
      container_.fail("section meta: expected a graph of 2 to 128 links, found another");
    content_.graph = std::make_unique<Graph>(meta_.num_links, meta_.ef_construction);
    content_.graph->attach({.levels = typed<std::int32_t>(sized_section("graph.levels", count, 4)),
                            .offsets = typed<std::uint64_t>(sized_section("graph.offsets", count + 1, 8)),
                            .neighbors = typed<std::int32_t>(container_.section("graph.links")),
                            .entry_point = meta_.entry_point,
                            .max_level = meta_.max_level});
  }

  std::span<const float> finite_section(const char* name) {
    const auto values = typed<float>(container_.section(name));
    if (!std::ranges::all_of(values, [](float value) { return std::abs(value) <= kMaxCentroidValue; }))
      container_.fail(std::string("section ") + name + ": expected numbers of at most 1e16 in size, found others");
    return values;
  }

  void read_codec() {
    const auto centroids = finite_section("ivf.centroids");
    const auto codebooks = finite_section("pq.codebooks");
    const std::size_t num_lists = centroids.size() / content_.dim;
    if (num_lists == 0 || num_lists > kMostLists || centroids.size() % content_.dim != 0)
      container_.fail("section ivf.centroids: expected 1 to 65536 vectors, found " + std::to_string(centroids.size()) +
                      " values");
    if (codebooks.size() != content_.dim * kPqEntries)
      container_.fail("section pq.codebooks: expected 256 entries, found " + std::to_string(codebooks.size()) +
                      " values");
    if (meta_.num_links == 0 || meta_.num_links > content_.dim)
      container_.fail("section meta: expected 1 to " + std::to_string(content_.dim) + " parts, found " +
                      std::to_string(meta_.num_links));
    const auto codec = std::make_shared<const PqCodec>(content_.dim, meta_.num_links, centroids, codebooks);
    content_.rows = std::make_unique<RowStore>(codec, content_.metric);
  }

  void read_lists() {
    const std::size_t num_lists = content_.rows->codec->num_lists();
    const auto offsets = typed<std::uint64_t>(sized_section("ivf.offsets", num_lists + 1, sizeof(std::uint64_t)));
    // Lists that overlap would be read, and written again, as if there were many times the rows.
    if (offsets.front() != 0 || offsets.back() != meta_.num_rows || !std::ranges::is_sorted(offsets))
      container_.fail("section ivf.offsets: expected lists one after the other, found others");
    content_.lists = std::make_unique<InvertedLists>(num_lists);
    content_.lists->attach(offsets,
                           typed<std::uint32_t>(sized_section("ivf.rows", meta_.num_rows, sizeof(std::uint32_t))));
  }

  void read_hubness() {
    const auto sample = container_.section("hub.sample");
    const auto spreads = typed<ScoreSpread>(sized_section("hub.spreads", meta_.num_rows, sizeof(ScoreSpread)));
    if (sample.empty() || sample.size() % (content_.dim * sizeof(float)) != 0)
      container_.fail("section hub.sample: expected whole vectors, found " + std::to_string(sample.size()) + " bytes");
    content_.hubness = std::make_unique<HubnessModel>(content_.dim, content_.metric, typed<float>(sample), spreads);
  }

  void read_label() {
    const auto text = container_.section("label");
    if (text.size() > kMaxTextSize)
      container_.fail("section label: expected at most 4096 bytes, found " + std::to_string(text.size()));
    content_.label.assign(reinterpret_cast<const char*>(text.data()), text.size());
  }

  IndexContent read_layout_1() {
    MetaOfLayout1 meta;
    const auto bytes = container_.section("meta");
    std::memcpy(&meta, bytes.data(), sizeof meta);
    read_texts(bytes.subspan(sizeof meta), meta.spec_size, meta.encoder_id_size);
    const auto ids = container_.section("ids");
    if (meta.zero != 0 || meta.dim == 0 || meta.dim > kMaxDim || ids.size() % sizeof(std::int64_t) != 0 ||
        ids.size() / sizeof(std::int64_t) != meta.count || meta.count > kMaxRows) {
      container_.fail("section ids: expected " + std::to_string(meta.count) + " ids, found " +
                      std::to_string(ids.size()) + " bytes");
    }
    const auto vectors = typed<float>(sized_section("vectors", meta.count, meta.dim * sizeof(float)));
    content_.dim = meta.dim;
    content_.rows = std::make_unique<RowStore>(meta.dim, Storage::kFloat32, Metric::kInnerProduct, true);
    for (std::uint64_t i = 0; i < meta.count; ++i)
      append_checked(typed<std::int64_t>(ids)[i], vectors.subspan(i * meta.dim, meta.dim));
    return std::move(content_);
  }

  void append_checked(std::int64_t id, std::span<const float> values) {
    if (id < 0 || content_.rows->table.find(id))
      container_.fail("section ids: expected each id once and none below 0, found " + std::to_string(id));
    for (const float value : values) {
      if (!(value >= -1e15f && value <= 1e15f))
        container_.fail("section vectors: expected values of at most 1e15 in size, found " + std::to_string(value));
    }
    content_.rows->append(id, values);
  }

  const IndexSource& source_;
  ContainerView container_;
  std::uint32_t layout_ = 0;
  Meta meta_{};
  IndexContent content_;
};

Structure structure_of(const IndexParts& parts) {
  if (parts.lists != nullptr)
    return Structure::kLists;
  return parts.graph != nullptr ? Structure::kGraph : Structure::kFlat;
}

// Links of a graph, parts of a quantised row.
std::size_t links_of(const IndexParts& parts) {
  if (parts.lists != nullptr)
    return parts.rows.codec->num_parts();
  return parts.graph != nullptr ? parts.graph->num_links() : 0;
}

std::vector<float> centroids_of(const PqCodec& codec) {
  std::vector<float> values(codec.num_lists() * codec.dim());
  for (std::size_t list = 0; list < codec.num_lists(); ++list)
    codec.centroids().read(list, std::span(values).subspan(list * codec.dim(), codec.dim()));
  return values;
}

}  // namespace

IndexSource::IndexSource(std::span<const std::byte> bytes, std::string name)
    : name_(std::move(name)), size_(bytes.size()) {
  constexpr std::size_t kAlignment = 64;
  void* memory = std::aligned_alloc(kAlignment, round_up(std::max<std::size_t>(bytes.size(), 1), kAlignment));
  if (memory == nullptr)
    throw std::bad_alloc();
  copy_ = {static_cast<std::byte*>(memory), [](std::byte* pointer) { std::free(pointer); }};
  std::copy(bytes.begin(), bytes.end(), copy_.get());
}

ContainerView open_index_container(const IndexSource& source, std::uint64_t verify_up_to) {
  return ContainerView(source.bytes(), source.name(), kKind, verify_up_to);
}

void write_index_file(const std::filesystem::path& path, const IndexParts& parts) {
  const RowStore& rows = parts.rows;
  const GraphArrays arrays = parts.graph != nullptr ? parts.graph->arrays() : GraphArrays();
  const Meta meta{.layout = kLayout,
                  .structure = static_cast<std::uint32_t>(structure_of(parts)),
                  .storage = static_cast<std::uint32_t>(rows.storage),
                  .metric = static_cast<std::uint32_t>(rows.metric),
                  .dim = rows.dim,
                  .num_rows = rows.num_rows(),
                  .num_dead = rows.num_dead,
                  .ef_construction = static_cast<std::uint32_t>(parts.ef_construction),
                  .num_links = static_cast<std::uint32_t>(links_of(parts)),
                  .entry_point = arrays.entry_point,
                  .max_level = arrays.max_level,
                  .spec_size = static_cast<std::uint32_t>(parts.spec.size()),
                  .encoder_id_size = static_cast<std::uint32_t>(parts.encoder_id.size())};
  std::string meta_bytes(reinterpret_cast<const char*>(&meta), sizeof meta);
  meta_bytes += parts.spec + parts.encoder_id;
  std::vector<Section> sections{plain_section("meta", std::span<const char>(meta_bytes)),
                                {"ids", rows.ids.pieces()},
                                plain_section("id_table", rows.table.slots())};
  if (rows.has_sketch) {
    sections.push_back({"sketch_info", rows.info.pieces()});
    sections.push_back({"sketch", rows.sketch.pieces()});
  }
  sections.push_back({"precise", rows.precise.pieces()});
  RowBits dead = rows.dead;
  if (rows.num_dead > 0) {
    dead.resize(rows.num_rows());
    sections.push_back(plain_section("removed", dead.words()));
  }
  const std::array<std::uint64_t, 1> no_offsets{0};
  if (parts.graph != nullptr) {
    sections.push_back(plain_section("graph.levels", arrays.levels));
    sections.push_back(plain_section(
        "graph.offsets", arrays.offsets.empty() ? std::span<const std::uint64_t>(no_offsets) : arrays.offsets));
    sections.push_back(plain_section("graph.links", arrays.neighbors));
  }
  std::vector<float> centroids;
  std::vector<std::uint64_t> list_offsets;
  if (parts.lists != nullptr) {
    centroids = centroids_of(*rows.codec);
    list_offsets = parts.lists->offsets();
    sections.push_back(plain_section("ivf.centroids", std::span<const float>(centroids)));
    sections.push_back(plain_section("pq.codebooks", rows.codec->codebooks()));
    sections.push_back(plain_section("ivf.offsets", std::span<const std::uint64_t>(list_offsets)));
    sections.push_back({"ivf.rows", parts.lists->pieces()});
  }
  if (parts.hubness != nullptr) {
    sections.push_back(plain_section("hub.sample", parts.hubness->sample()));
    sections.push_back(plain_section("hub.spreads", parts.hubness->spreads()));
  }
  if (!parts.label.empty())
    sections.push_back(plain_section("label", std::span<const char>(parts.label)));
  write_container(path, kKind, sections);
}

IndexContent read_index_file(const IndexSource& source, bool verify_all) {
  const bool verify_whole = verify_all || source.bytes().size() <= kVerifyWhole;
  return Reader(source, verify_whole ? ContainerView::kVerifyAll : kVerifySmall).read();
}

}  // namespace mess::internal
