// SPDX-License-Identifier: MIT
#include "src/index/plane.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace mess::internal {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

void release(std::byte* bytes) { std::free(bytes); }

std::byte* allocate(std::size_t size) {
  // A large chunk in huge pages: random access to rows then misses the address cache less often.
  const std::size_t alignment = size >= kHugePage ? kHugePage : 64;
  void* bytes = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (bytes == nullptr)
    throw std::bad_alloc();
  if (alignment == kHugePage)
    ::madvise(bytes, size, MADV_HUGEPAGE);  // advice only: a refusal changes nothing
  return static_cast<std::byte*>(bytes);
}

}  // namespace

void Plane::attach(std::span<std::byte> rows) {
  attached_ = rows.data();
  attached_rows_ = rows.size() / stride_;
  size_ = attached_rows_;
}

void Plane::grow(std::size_t chunk) {
  constexpr std::size_t kFirstCapacity = 16;
  if (chunk == chunks_.size())
    chunks_.push_back({{nullptr, release}, 0});
  Chunk& last = chunks_[chunk];
  const std::size_t capacity =
      chunk > 0 ? kChunkRows : std::min(kChunkRows, std::max(kFirstCapacity, last.capacity * 2));
  std::unique_ptr<std::byte[], void (*)(std::byte*)> bytes(allocate(capacity * stride_), release);
  if (last.capacity > 0)
    std::memcpy(bytes.get(), last.bytes.get(), last.capacity * stride_);
  last = {std::move(bytes), capacity};
}

std::byte* Plane::append() {
  // Rows that were removed from the mapped part leave their places free.
  if (size_ >= attached_rows_) {
    const std::size_t owned = size_ - attached_rows_;
    const std::size_t chunk = owned / kChunkRows;
    if (chunk >= chunks_.size() || owned % kChunkRows >= chunks_[chunk].capacity)
      grow(chunk);
  }
  std::byte* bytes = row(size_);
  std::memset(bytes, 0, stride_);
  ++size_;
  return bytes;
}

void Plane::clear() {
  size_ = 0;
  attached_ = nullptr;
  attached_rows_ = 0;
  chunks_.clear();
}

std::vector<std::span<const std::byte>> Plane::pieces() const {
  std::vector<std::span<const std::byte>> result;
  for (std::size_t r = 0; r < size_; r += rows_together(r))
    result.emplace_back(row(r), rows_together(r) * stride_);
  return result;
}

std::size_t Plane::owned_bytes() const {
  std::size_t rows = 0;
  for (const Chunk& chunk : chunks_)
    rows += chunk.capacity;
  return rows * stride_;
}

}  // namespace mess::internal
