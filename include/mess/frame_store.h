// SPDX-License-Identifier: MIT
// All frames of all tracks of a library on disk, read by track and time.
//
//   mess::FrameStore store = mess::FrameStore::open("library/frames");
//   store.add(12, encoder->encode_file("song.mp3"));
//   mess::Frames passage = store.read(12, 60.0, 70.0);
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mess/encode.h"
#include "mess/export.h"

namespace mess {

/// How values are kept.
enum class FrameStorage : std::uint32_t {
  kFloat32 = 0,
  kFloat16 = 1,  // IEEE half: 11 significant bits, up to 65,504
  kInt8 = 2,     // value = scale x integer of -127 to 127, with one float32 scale per frame: the largest value / 127
};

struct FrameStoreOptions {
  FrameStorage storage = FrameStorage::kFloat16;  // of a store without tracks; one that holds some keeps its own
  bool read_only = false;                         // the store must be there, and nothing is written
  /// Shards of at least this size are not merged into larger ones.
  std::uint64_t shard_bytes = std::uint64_t{256} << 20;
};

/// Rows of a store where they lie in the file. They stay for as long as this lives, whatever happens to the store.
struct MESS_API StoredFrames {
  FrameStorage storage = FrameStorage::kFloat16;
  /// num_frames x row_bytes. A row is dim float32 or halves; or, of kInt8, the float32 scale and dim integers.
  std::span<const std::byte> rows{};
  std::size_t num_frames = 0;
  std::size_t dim = 0;
  std::size_t row_bytes = 0;
  std::size_t first_frame = 0;  // of the track; its time is first_frame * hop_seconds
  double hop_seconds = 0.0;
  double window_seconds = 0.0;
  EncoderId encoder_id{};
  std::shared_ptr<const void> owner{};  // keeps the file mapped

  /// Converts to float32. @param values  num_frames x dim. @throws InvalidArgument  another size
  void copy_to(std::span<float> values) const;
};

struct FrameStoreInfo {
  FrameStorage storage = FrameStorage::kFloat16;
  std::size_t dim = 0;
  double window_seconds = 0.0;
  std::size_t num_tracks = 0;
  std::uint64_t num_frames = 0;
  std::size_t num_shards = 0;
  std::uint64_t file_bytes = 0;     // of all shards
  std::uint64_t removed_bytes = 0;  // of frames that compact() would drop
};

/// A folder of shards, files that are written once, and a MANIFEST that says which of them count. Whatever happens while
/// it is written to, a reader opens exactly the old or exactly the new state. Each call that changes the store is
/// durable when it returns. Processes and threads may share a folder: writers wait for each other; a reader sees the
/// state at open(), or at its own last change or refresh(), and keeps those shards for as long as it needs them.
/// All frames of a store are of one encoder id, dim and hop. Opening reads no frames: each block of 32 KiB is compared
/// with its checksum when it is first read, and all of them by verify().
class MESS_API FrameStore {
 public:
  static constexpr double kToTheEnd = std::numeric_limits<double>::infinity();

  /// A folder that is not there is made by the first add(). @throws FormatError  damaged, or absent and read_only
  static FrameStore open(const std::filesystem::path& folder, const FrameStoreOptions& options = {});
  ~FrameStore();
  FrameStore(FrameStore&&) noexcept;
  FrameStore& operator=(FrameStore&&) noexcept;

  const std::filesystem::path& folder() const;
  std::size_t size() const;
  /// Ascending.
  std::vector<std::int64_t> ids() const;
  bool contains(std::int64_t id) const;
  /// @throws IndexError  no such track
  std::size_t num_frames(std::int64_t id) const;
  /// Of all frames; an id without a name while the store is empty.
  EncoderId encoder_id() const;
  double hop_seconds() const;
  FrameStoreInfo info() const;

  /// Adds a track; one without frames too. Frames::track_values are not kept.
  /// @throws InvalidArgument  a negative id or one that is present; frames pooled already, of another encoder id, dim,
  ///         hop or window than the store's, with values that are not finite (naming track and frame) or too large for
  ///         the storage. Then nothing changes
  /// @throws Error  the disk; then the state is the old one, or the new one when only the last sync of the folder failed
  void add(std::int64_t id, const FramesView& frames);
  /// Many at once, in one shard: all or none.
  void add(std::span<const std::int64_t> ids, std::span<const FramesView> frames);
  /// As add(), but tracks that are present are replaced. @returns how many were present
  std::size_t update(std::span<const std::int64_t> ids, std::span<const FramesView> frames);
  /// @returns how many were present
  std::size_t remove(std::span<const std::int64_t> ids);
  /// Writes shards with removed tracks anew, and small ones together. Happens by itself, a little at a time: to a shard
  /// that has lost half, and when eight are of a similar size.
  void compact();

  /// The frames t of a track whose time [t, t + 1) x hop_seconds overlaps [begin_seconds, end_seconds), as float32. A
  /// range that ends behind the track is cut.
  /// @throws IndexError  no such track
  /// @throws InvalidArgument  a begin below 0 or at or behind the track's end, an end not above the begin
  /// @throws FormatError  the frames are damaged
  Frames read(std::int64_t id, double begin_seconds = 0.0, double end_seconds = kToTheEnd) const;
  /// The same without a copy.
  StoredFrames view(std::int64_t id, double begin_seconds = 0.0, double end_seconds = kToTheEnd) const;

  /// Looks for changes by others. @returns whether there were some. @throws FormatError
  bool refresh();
  /// Compares everything with its checksum. @throws FormatError
  void verify() const;

 private:
  struct Impl;
  explicit FrameStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// "float32", "float16" or "int8". @throws InvalidArgument for another text
MESS_API FrameStorage parse_frame_storage(const std::string& text);
MESS_API std::string to_string(FrameStorage storage);

}  // namespace mess
