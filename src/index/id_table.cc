// SPDX-License-Identifier: MIT
#include "src/index/id_table.h"

#include <bit>

namespace mess::internal {
namespace {

constexpr std::size_t kMinSlots = 16;
constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);

// At most half full: probes stay short.
std::size_t slots_for(std::size_t count) { return std::bit_ceil(std::max(kMinSlots, count * 2)); }

}  // namespace

void IdTable::attach(std::span<const std::uint32_t> slots, std::size_t count) {
  slots_ = slots;
  owned_.clear();
  count_ = count;
}

std::size_t IdTable::home(std::int64_t id) const {
  // The finaliser of MurmurHash3: neighbouring ids go far apart.
  auto bits = static_cast<std::uint64_t>(id);
  bits = (bits ^ bits >> 33) * 0xFF51AFD7ED558CCDull;
  bits = (bits ^ bits >> 33) * 0xC4CEB9FE1A85EC53ull;
  return static_cast<std::size_t>(bits ^ bits >> 33) & (slots_.size() - 1);
}

std::size_t IdTable::slot_of(std::int64_t id) const {
  if (slots_.empty())
    return kNotFound;
  std::size_t slot = home(id);
  for (std::size_t step = 0; step < slots_.size(); ++step, slot = (slot + 1) & (slots_.size() - 1)) {
    const std::uint32_t entry = slots_[slot];
    if (entry == 0)
      return kNotFound;
    if (entry <= ids_->size() && *row_as<std::int64_t>(*ids_, entry - 1) == id)
      return slot;
  }
  return kNotFound;
}

std::optional<std::size_t> IdTable::find(std::int64_t id) const {
  const std::size_t slot = slot_of(id);
  if (slot == kNotFound)
    return std::nullopt;
  return slots_[slot] - 1;
}

void IdTable::own() {
  if (owned_.empty()) {
    owned_.assign(slots_.begin(), slots_.end());
    slots_ = owned_;
  }
}

void IdTable::rehash(std::size_t num_slots) {
  const std::vector<std::uint32_t> old(slots_.begin(), slots_.end());
  std::vector<std::uint32_t> fresh(num_slots);
  owned_.swap(fresh);
  slots_ = owned_;
  for (const std::uint32_t entry : old) {
    if (entry == 0 || entry > ids_->size())
      continue;
    std::size_t slot = home(*row_as<std::int64_t>(*ids_, entry - 1));
    while (owned_[slot] != 0)
      slot = (slot + 1) & (owned_.size() - 1);
    owned_[slot] = entry;
  }
}

void IdTable::reserve(std::size_t count) {
  if (slots_for(count) > slots_.size())
    rehash(slots_for(count));
}

void IdTable::insert(std::int64_t id, std::size_t row) {
  reserve(count_ + 1);
  own();
  std::size_t slot = home(id);
  while (owned_[slot] != 0)
    slot = (slot + 1) & (owned_.size() - 1);
  owned_[slot] = static_cast<std::uint32_t>(row + 1);
  ++count_;
}

void IdTable::erase(std::int64_t id) {
  own();
  std::size_t gap = slot_of(id);
  if (gap == kNotFound)
    return;
  const std::size_t mask = owned_.size() - 1;
  // Later entries of the same run move up, so that no search stops at the gap.
  for (std::size_t next = (gap + 1) & mask; owned_[next] != 0; next = (next + 1) & mask) {
    const std::uint32_t entry = owned_[next];
    const std::size_t wanted = entry <= ids_->size() ? home(*row_as<std::int64_t>(*ids_, entry - 1)) : next;
    if (((next - wanted) & mask) >= ((next - gap) & mask)) {
      owned_[gap] = entry;
      gap = next;
    }
  }
  owned_[gap] = 0;
  --count_;
}

void IdTable::move(std::int64_t id, std::size_t row) {
  own();
  if (const std::size_t slot = slot_of(id); slot != kNotFound)
    owned_[slot] = static_cast<std::uint32_t>(row + 1);
}

void IdTable::clear() {
  owned_.clear();
  slots_ = {};
  count_ = 0;
}

}  // namespace mess::internal
