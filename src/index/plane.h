// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace mess::internal {

/// Rows of `stride` bytes in chunks that never move: the first chunk may be a mapped file, the others are owned. Mapped
/// rows can be written only when the mapping is private and writable.
class Plane {
 public:
  explicit Plane(std::size_t stride) : stride_(stride) {}

  std::size_t stride() const { return stride_; }
  std::size_t size() const { return size_; }

  /// Rows that live elsewhere for as long as this object; it must be empty.
  void attach(std::span<std::byte> rows);

  std::byte* row(std::size_t r) { return r < attached_rows_ ? attached_ + r * stride_ : owned_row(r - attached_rows_); }
  const std::byte* row(std::size_t r) const { return const_cast<Plane*>(this)->row(r); }

  /// Room for one more row, its bytes zero. @throws std::bad_alloc
  std::byte* append();
  void remove_last() { --size_; }
  /// The last row moves into the gap.
  void swap_remove(std::size_t gap) {
    if (gap != size_ - 1)
      std::memcpy(row(gap), row(size_ - 1), stride_);
    remove_last();
  }
  void clear();

  /// Rows that lie side by side in memory, from `r` on.
  std::size_t rows_together(std::size_t r) const {
    if (r < attached_rows_)
      return std::min(attached_rows_, size_) - r;
    return std::min(kChunkRows - (r - attached_rows_) % kChunkRows, size_ - r);
  }
  /// All rows, as few pieces as there are.
  std::vector<std::span<const std::byte>> pieces() const;
  std::size_t owned_bytes() const;

 private:
  static constexpr std::size_t kChunkRows = 4096;
  struct Chunk {
    std::unique_ptr<std::byte[], void (*)(std::byte*)> bytes;
    std::size_t capacity = 0;
  };

  std::byte* owned_row(std::size_t r) { return chunks_[r / kChunkRows].bytes.get() + r % kChunkRows * stride_; }
  void grow(std::size_t chunk);

  std::size_t stride_;
  std::size_t size_ = 0;
  std::byte* attached_ = nullptr;
  std::size_t attached_rows_ = 0;
  std::vector<Chunk> chunks_;
};

template <typename T>
T* row_as(Plane& plane, std::size_t r) {
  return reinterpret_cast<T*>(plane.row(r));
}
template <typename T>
const T* row_as(const Plane& plane, std::size_t r) {
  return reinterpret_cast<const T*>(plane.row(r));
}

}  // namespace mess::internal
