// SPDX-License-Identifier: MIT
#include "src/audio/ffmpeg_handles.h"

#include <mutex>

namespace mess::internal {

std::string av_error_text(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

void silence_ffmpeg() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (av_log_get_level() == AV_LOG_INFO)
      av_log_set_level(AV_LOG_QUIET);
  });
}

}  // namespace mess::internal
