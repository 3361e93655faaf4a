// SPDX-License-Identifier: MIT
#include "src/frames/frame_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "mess/error.h"
#include "src/support/kernels/half_kernels.h"

namespace mess {

namespace {

constexpr std::array<std::pair<FrameStorage, const char*>, 3> kStorageNames{
    {{FrameStorage::kFloat32, "float32"}, {FrameStorage::kFloat16, "float16"}, {FrameStorage::kInt8, "int8"}}};
constexpr float kLargestHalf = 65504.0f;
constexpr float kLargestInt8 = 127.0f;

const internal::HalfKernels& active_half_kernels() {
  static const internal::HalfKernels& kernels = internal::half_kernels(internal::active_simd_level());
  return kernels;
}

float largest_magnitude(std::span<const float> values) {
  float largest = 0.0f;
  for (const float value : values)
    largest = std::max(largest, std::abs(value));
  return largest;
}

void decode_int8(const StoredFrames& frames, std::span<float> values) {
  for (std::size_t t = 0; t < frames.num_frames; ++t) {
    const std::byte* row = frames.rows.data() + t * frames.row_bytes;
    float scale = 0.0f;
    std::memcpy(&scale, row, sizeof scale);
    const auto* codes = reinterpret_cast<const std::int8_t*>(row + sizeof scale);
    for (std::size_t i = 0; i < frames.dim; ++i)
      values[t * frames.dim + i] = scale * static_cast<float>(codes[i]);
  }
}

void encode_int8(const FramesView& frames, std::size_t row_bytes, std::byte* rows) {
  for (std::size_t t = 0; t < frames.num_frames; ++t) {
    const auto values = frames.values.subspan(t * frames.dim, frames.dim);
    const float scale = largest_magnitude(values) / kLargestInt8;
    // The inverse of a smaller scale would be infinite.
    const float factor = scale >= std::numeric_limits<float>::min() ? 1.0f / scale : 0.0f;
    std::byte* row = rows + t * row_bytes;
    std::memcpy(row, &scale, sizeof scale);
    auto* codes = reinterpret_cast<std::int8_t*>(row + sizeof scale);
    for (std::size_t i = 0; i < frames.dim; ++i) {
      codes[i] = static_cast<std::int8_t>(std::clamp(std::nearbyint(values[i] * factor), -kLargestInt8, kLargestInt8));
    }
  }
}

// Comparing is quick; which frame it is takes a second look.
void check_values(const FramesView& frames, float largest, std::int64_t id) {
  for (std::size_t t = 0; t < frames.num_frames; ++t) {
    const auto row = frames.values.subspan(t * frames.dim, frames.dim);
    bool is_sound = true;
    for (const float value : row)
      is_sound &= std::abs(value) <= largest;  // NaN is not
    if (is_sound)
      continue;
    const float bad = *std::find_if(row.begin(), row.end(), [=](float value) { return !(std::abs(value) <= largest); });
    throw InvalidArgument("[frames] track " + std::to_string(id) + ": expected finite values of at most " +
                          std::to_string(largest) + " in size, found " + std::to_string(bad) + " in frame " +
                          std::to_string(t));
  }
}

}  // namespace

FrameStorage parse_frame_storage(const std::string& text) {
  for (const auto& [storage, name] : kStorageNames) {
    if (text == name)
      return storage;
  }
  throw InvalidArgument("[frames] storage: expected float32, float16 or int8, found \"" + text + "\"");
}

std::string to_string(FrameStorage storage) {
  const auto* const found = std::find_if(kStorageNames.begin(), kStorageNames.end(),
                                         [=](const auto& entry) { return entry.first == storage; });
  return found == kStorageNames.end() ? "unknown" : found->second;
}

void StoredFrames::copy_to(std::span<float> values) const {
  if (values.size() != num_frames * dim) {
    throw InvalidArgument("[frames] copy: expected room for " + std::to_string(num_frames) + " x " +
                          std::to_string(dim) + " values, found " + std::to_string(values.size()));
  }
  if (values.empty())
    return;
  switch (storage) {
    case FrameStorage::kFloat32:
      std::memcpy(values.data(), rows.data(), values.size_bytes());
      return;
    case FrameStorage::kFloat16:
      active_half_kernels().to_floats(reinterpret_cast<const std::uint16_t*>(rows.data()), values.data(),
                                      values.size());
      return;
    case FrameStorage::kInt8:
      decode_int8(*this, values);
      return;
  }
}

namespace internal {

std::size_t FrameLayout::row_bytes() const {
  constexpr std::size_t kScale = sizeof(float);
  switch (storage) {
    case FrameStorage::kFloat32:
      return dim * sizeof(float);
    case FrameStorage::kFloat16:
      return dim * sizeof(std::uint16_t);
    case FrameStorage::kInt8:
      break;
  }
  return kScale + (dim + kScale - 1) / kScale * kScale;
}

std::string write_layout(const FrameLayout& layout, std::uint64_t counter0, std::uint64_t counter1) {
  const LayoutRecord record{.layout = 1,
                            .storage = static_cast<std::uint32_t>(layout.storage),
                            .dim = layout.dim,
                            .hop_seconds = layout.hop_seconds,
                            .window_seconds = layout.window_seconds,
                            .counters = {counter0, counter1},
                            .encoder_id_size = static_cast<std::uint32_t>(layout.encoder_id.size()),
                            .zero = 0};
  return std::string(reinterpret_cast<const char*>(&record), sizeof record) + layout.encoder_id;
}

FrameLayout read_layout(const ContainerView& container, LayoutRecord& record) {
  container.verify("meta");
  const auto bytes = container.section("meta");
  if (bytes.size() < sizeof record)
    container.fail("section meta: expected at least " + std::to_string(sizeof record) + " bytes, found fewer");
  std::memcpy(&record, bytes.data(), sizeof record);
  if (record.layout != 1)
    container.fail("section meta: expected layout 1, found " + std::to_string(record.layout));
  const auto text = bytes.subspan(sizeof record);
  if (record.encoder_id_size != text.size() || record.storage > 2 || record.zero != 0 || record.dim == 0 ||
      record.dim > kMaxFrameDim || !std::isfinite(record.hop_seconds) || record.hop_seconds <= 0.0 ||
      !std::isfinite(record.window_seconds) || record.window_seconds < 0.0) {
    container.fail("section meta: expected sizes and kinds in range, found others");
  }
  FrameLayout layout{.storage = static_cast<FrameStorage>(record.storage),
                     .dim = record.dim,
                     .hop_seconds = record.hop_seconds,
                     .window_seconds = record.window_seconds,
                     .encoder_id = std::string(reinterpret_cast<const char*>(text.data()), text.size())};
  try {
    EncoderId::parse(layout.encoder_id);
  } catch (const InvalidArgument&) {
    container.fail("section meta: expected an encoder id, found another text");
  }
  return layout;
}

std::span<const std::byte> items_of(const ContainerView& container, const char* section, std::size_t item_bytes) {
  container.verify(section);
  const auto bytes = container.section(section);
  if (bytes.size() % item_bytes != 0) {
    container.fail(std::string("section ") + section + ": expected whole items of " + std::to_string(item_bytes) +
                   " bytes, found " + std::to_string(bytes.size()) + " bytes");
  }
  return bytes;
}

std::vector<std::byte> encode_rows(const FrameLayout& layout, const FramesView& frames, std::int64_t id) {
  const bool is_half = layout.storage == FrameStorage::kFloat16;
  check_values(frames, is_half ? kLargestHalf : std::numeric_limits<float>::max(), id);
  std::vector<std::byte> rows(frames.num_frames * layout.row_bytes());
  if (rows.empty())
    return rows;
  switch (layout.storage) {
    case FrameStorage::kFloat32:
      std::memcpy(rows.data(), frames.values.data(), rows.size());
      break;
    case FrameStorage::kFloat16:
      active_half_kernels().from_floats(frames.values.data(), reinterpret_cast<std::uint16_t*>(rows.data()),
                                        frames.values.size());
      break;
    case FrameStorage::kInt8:
      encode_int8(frames, layout.row_bytes(), rows.data());
      break;
  }
  return rows;
}

}  // namespace internal
}  // namespace mess
