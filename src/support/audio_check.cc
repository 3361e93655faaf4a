// SPDX-License-Identifier: MIT
#include "src/support/audio_check.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "mess/error.h"

namespace mess::internal {
void check_audio_view(const AudioView& audio, const char* stage) {
  const std::string subject = std::string("[") + stage + "] audio: ";
  if (audio.sample_rate_hz <= 0 || audio.num_channels <= 0) {
    throw InvalidArgument(subject + "expected a rate and channels above 0, found " +
                          std::to_string(audio.sample_rate_hz) + " Hz and " + std::to_string(audio.num_channels));
  }
  if (audio.samples.empty())
    throw InvalidArgument(subject + "expected at least one sample, found none");
  if (audio.samples.size() % static_cast<std::size_t>(audio.num_channels) != 0) {
    throw InvalidArgument(subject + "expected a multiple of " + std::to_string(audio.num_channels) +
                          " samples, found " + std::to_string(audio.samples.size()));
  }
  const auto bad = std::find_if(audio.samples.begin(), audio.samples.end(),
                                [](float sample) { return !(std::abs(sample) <= kLargestSample); });
  if (bad != audio.samples.end()) {
    throw InvalidArgument(subject + "expected samples of at most 1e6 in size, found " + std::to_string(*bad) +
                          " at index " + std::to_string(bad - audio.samples.begin()));
  }
}

}  // namespace mess::internal
