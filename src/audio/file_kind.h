// SPDX-License-Identifier: MIT
// Names, for error messages, of what people take for audio by its suffix.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mess::internal {

bool has_magic(std::span<const std::uint8_t> head, std::size_t offset, std::string_view magic);

/// "a PNG picture", "a text file (ffconcat playlist)", ...; empty when the bytes could still be anything binary.
std::string describe_file(std::span<const std::uint8_t> head, bool is_behind_tag);
/// The first bytes of what has no name, in hex.
std::string describe_unknown(std::span<const std::uint8_t> head);

}  // namespace mess::internal
