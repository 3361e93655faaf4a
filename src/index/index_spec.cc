// SPDX-License-Identifier: MIT
#include "src/index/index_spec.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "mess/error.h"

namespace mess::internal {
namespace {

std::optional<Storage> parse_storage(std::string_view word) {
  if (word == "flat")
    return Storage::kFloat32;
  if (word == "flat-fp16")
    return Storage::kFloat16;
  if (word == "flat-bf16")
    return Storage::kBfloat16;
  if (word == "flat-int8")
    return Storage::kInt8;
  return std::nullopt;
}

// "hnsw48" after "hnsw": 48; nothing after it: `otherwise`.
std::optional<std::size_t> number_after(std::string_view word, std::string_view name, std::size_t otherwise,
                                        std::size_t smallest, std::size_t largest) {
  if (!word.starts_with(name))
    return std::nullopt;
  word.remove_prefix(name.size());
  if (word.empty())
    return otherwise;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < smallest || value > largest)
    return std::nullopt;
  return value;
}

}  // namespace

IndexSpec parse_index_spec(const std::string& text) {
  IndexSpec spec;
  if (text == "auto") {
    spec.is_auto = true;
    return spec;
  }
  const std::string_view whole = text;
  const auto comma = whole.find(',');
  const std::string_view first = whole.substr(0, comma);
  const std::string_view second = comma == std::string_view::npos ? std::string_view() : whole.substr(comma + 1);
  if (const auto alone = parse_storage(first); comma == std::string_view::npos && alone) {
    spec.storage = *alone;
    return spec;
  }
  constexpr std::size_t kMostLists = 65536;
  constexpr std::size_t kMostParts = 65536;
  if (const auto lists = number_after(first, "ivf", 0, 1, kMostLists)) {
    if (const auto parts = number_after(second, "pq", 0, 1, kMostParts)) {
      spec.structure = Structure::kLists;
      spec.num_lists = *lists;
      spec.num_parts = *parts;
      return spec;
    }
  }
  constexpr std::size_t kMostLinks = 128;
  const auto links = number_after(first, "hnsw", spec.num_links, 2, kMostLinks);
  const auto storage = comma == std::string_view::npos ? std::optional(Storage::kFloat32) : parse_storage(second);
  if (links && storage) {
    spec.structure = Structure::kGraph;
    spec.num_links = *links;
    spec.storage = *storage;
    return spec;
  }
  throw InvalidArgument("[index] spec: expected auto, flat, flat-fp16, flat-bf16, flat-int8, hnsw or ivf,pq, found \"" +
                        text + "\"");
}

Metric parse_metric(const std::string& text) {
  if (text == "ip")
    return Metric::kInnerProduct;
  if (text == "l2")
    return Metric::kSquaredL2;
  throw InvalidArgument("[index] metric: expected ip or l2, found \"" + text + "\"");
}

const char* to_string(Storage storage) {
  switch (storage) {
    case Storage::kFloat16:
      return "fp16";
    case Storage::kBfloat16:
      return "bf16";
    case Storage::kInt8:
      return "int8";
    case Storage::kPq:
      return "pq";
    case Storage::kFloat32:
      break;
  }
  return "float32";
}

const char* to_string(Structure structure) {
  switch (structure) {
    case Structure::kGraph:
      return "hnsw";
    case Structure::kLists:
      return "ivf";
    case Structure::kFlat:
      break;
  }
  return "flat";
}

}  // namespace mess::internal
