// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace mess::internal {

/// Old tags (ID3v1, RIFF INFO) are bytes without a stated encoding: what is not valid UTF-8 is read as ISO 8859-1.
std::string utf8_text(std::string_view bytes);

}  // namespace mess::internal
