// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes either decode or throw mess::Error, within bounded time and memory.
// A seed corpus is what tests/media makes.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "mess/audio.h"
#include "mess/audio_info.h"
#include "mess/error.h"

namespace {

constexpr mess::DecodeLimits kLimits{.max_duration_seconds = 60.0,
                                     .timeout_seconds = 5.0,
                                     .max_buffer_bytes = std::size_t{32} << 20,
                                     .max_expansion = 2048.0};

void check(const mess::AudioBuffer& audio) {
  if (audio.num_frames() == 0 ||
      audio.samples.size() != audio.num_frames() * static_cast<std::size_t>(audio.num_channels)) {
    std::abort();
  }
  for (const float sample : audio.samples) {
    if (!std::isfinite(sample))
      std::abort();
  }
}

template <typename Action>
void expect_only_our_errors(Action action) {
  try {
    action();
  } catch (const mess::Error&) {
    // What is not audio is refused: that is the contract.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const mess::AudioSource source(std::as_bytes(std::span(bytes, count)));
  expect_only_our_errors([&] { mess::read_audio_info(source); });
  expect_only_our_errors([&] { mess::audio_content_hash(source); });
  expect_only_our_errors([&] { check(mess::decode(source, {.limits = kLimits})); });
  expect_only_our_errors([&] {
    check(mess::decode(
        source,
        {.sample_rate_hz = 8000, .num_channels = 1, .start_seconds = 2.5, .duration_seconds = 0.2, .limits = kLimits}));
  });
  return 0;
}
