// SPDX-License-Identifier: MIT
// Windows of tracks as ids of a vector index.
#pragma once

#include <cstdint>

namespace mess::internal {

inline constexpr int kWindowBits = 20;
inline constexpr std::int64_t kMaxWindows = std::int64_t{1} << kWindowBits;
inline constexpr std::int64_t kMaxTrackId = (std::int64_t{1} << (63 - kWindowBits)) - 1;

inline std::int64_t window_id(std::int64_t track_id, std::int64_t number) { return track_id << kWindowBits | number; }
inline std::int64_t track_of(std::int64_t id) { return id >> kWindowBits; }
inline std::int64_t number_of(std::int64_t id) { return id & (kMaxWindows - 1); }

}  // namespace mess::internal
