// SPDX-License-Identifier: MIT
// A container of kind "MOMT", docs/moments.md lists it: what was indexed how, and the vector index of the windows.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <vector>

#include "mess/error.h"
#include "src/moments/moment_index_impl.h"
#include "src/moments/scaled_rows.h"
#include "src/moments/window_ids.h"
#include "src/support/container.h"
#include "src/support/mapped_file.h"

namespace mess {
namespace {

constexpr char kKind[] = "MOMT";
constexpr std::uint32_t kLayout = 1;

static_assert(std::endian::native == std::endian::little);

struct Header {
  std::uint32_t layout = kLayout;
  std::uint32_t dim = 0;  // of the frames
  double hop_seconds = 0.0;
  double window_seconds = 0.0;
  double window_hop_seconds = 0.0;
};
static_assert(sizeof(Header) == 32);

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The index knows how to write itself to a file only.
class ScratchFile {
 public:
  explicit ScratchFile(std::filesystem::path path) : path_(std::move(path)) {}
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<float> floats_of(const internal::ContainerView& file, std::string_view name, std::size_t count) {
  const std::span<const std::byte> bytes = file.section(name);
  if (bytes.size() != count * sizeof(float))
    file.fail(std::string(name) + ": expected " + std::to_string(count) + " numbers, found " +
              std::to_string(bytes.size()) + " bytes");
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Header read_header(const internal::ContainerView& file) {
  const std::span<const std::byte> bytes = file.section("header");
  Header header;
  if (bytes.size() != sizeof header)
    file.fail("header: expected " + std::to_string(sizeof header) + " bytes, found " + std::to_string(bytes.size()));
  std::memcpy(&header, bytes.data(), sizeof header);
  const auto is_length = [](double seconds) { return seconds > 0.0 && seconds < 1e6; };
  if (header.layout != kLayout)
    file.fail("header: expected layout " + std::to_string(kLayout) + ", found " + std::to_string(header.layout));
  if (header.dim == 0 || !is_length(header.hop_seconds) || !is_length(header.window_seconds) ||
      !is_length(header.window_hop_seconds))
    file.fail("header: expected a dim and lengths above 0, found others");
  return header;
}

// Windows of a track are numbered from 0 without gaps.
std::map<std::int64_t, std::int64_t> count_windows(const internal::ContainerView& file,
                                                   const std::vector<std::int64_t>& ids) {
  std::map<std::int64_t, std::int64_t> counts;
  std::map<std::int64_t, std::int64_t> last;
  for (const std::int64_t id : ids) {
    ++counts[internal::track_of(id)];
    std::int64_t& number = last[internal::track_of(id)];
    number = std::max(number, internal::number_of(id));
  }
  for (const auto& [track_id, count] : counts) {
    if (last[track_id] != count - 1)
      file.fail("windows: expected all windows of track " + std::to_string(track_id) + ", found " +
                std::to_string(count) + " of " + std::to_string(last[track_id] + 1));
  }
  return counts;
}

}  // namespace

void MomentIndex::save(const std::filesystem::path& path) const {
  const std::shared_lock lock(impl_->mutex);
  if (!impl_->windows)
    throw InvalidArgument("[moments] " + path.string() + ": expected an index with tracks, found none to save");
  const Header header{.dim = static_cast<std::uint32_t>(impl_->dim),
                      .hop_seconds = impl_->hop_seconds,
                      .window_seconds = impl_->options.windows.window_seconds,
                      .window_hop_seconds = impl_->options.windows.hop_seconds};
  const std::string encoder_id = impl_->encoder_id.str();
  static std::atomic<unsigned> num_saves{0};
  const ScratchFile scratch(path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(num_saves++));
  impl_->windows->save(scratch.path());
  const internal::MappedFile windows(scratch.path());
  const std::vector<internal::Section> sections{
      {"header", {std::as_bytes(std::span(&header, 1))}},
      {"encoder", {bytes_of(encoder_id)}},
      {"mean", {std::as_bytes(std::span(impl_->options.scale.mean))}},
      {"deviation", {std::as_bytes(std::span(impl_->options.scale.deviation))}},
      {"windows", {windows.bytes()}},
  };
  internal::write_container(path, kKind, sections);
}

MomentIndex MomentIndex::load(const std::filesystem::path& path) {
  const std::string name = path.string();
  const internal::MappedFile mapped = [&] {
    try {
      return internal::MappedFile(path);
    } catch (const FormatError&) {
      throw;
    } catch (const Error& error) {
      throw FormatError(error.what());
    }
  }();
  const internal::ContainerView file(mapped.bytes(), name, kKind);
  const Header header = read_header(file);
  try {
    MomentIndexOptions options{
        .windows = {.window_seconds = header.window_seconds, .hop_seconds = header.window_hop_seconds}};
    if (!file.section("mean").empty()) {
      options.scale = {.mean = floats_of(file, "mean", header.dim),
                       .deviation = floats_of(file, "deviation", header.dim)};
      internal::check_scale(options.scale, header.dim);
    }
    VectorIndex windows = VectorIndex::load(file.section("windows"), name);
    options.index_spec = windows.spec();
    auto impl = std::make_unique<Impl>(std::move(options));
    impl->encoder_id = EncoderId::parse(text_of(file.section("encoder")));
    impl->dim = header.dim;
    impl->hop_seconds = header.hop_seconds;
    if (windows.dim() != 2 * impl->dim)
      file.fail("windows: expected a dim of " + std::to_string(2 * impl->dim) + ", found " +
                std::to_string(windows.dim()));
    impl->num_windows = count_windows(file, windows.ids());
    impl->windows.emplace(std::move(windows));
    return MomentIndex(std::move(impl));
  } catch (const InvalidArgument& error) {
    file.fail(error.what());
  }
}

}  // namespace mess
