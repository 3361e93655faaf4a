// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "mess/playlist.h"

namespace mess::internal {

/// @throws InvalidArgument  what no playlist can be made of
void check_tracks(std::span<const PlaylistTrack> tracks);
void check_options(const PlaylistOptions& options);

}  // namespace mess::internal
