// SPDX-License-Identifier: MIT
#pragma once

#include "mess/audio.h"

namespace mess::internal {

constexpr int kMinSampleRateHz = 4000;
constexpr int kMaxSampleRateHz = 384000;
constexpr int kMaxChannels = 8;

/// @throws InvalidArgument  a field is out of range
void check_options(const DecodeOptions& options);
/// @throws InvalidArgument  a field is neither 0 nor in range
void check_wanted_format(const AudioFormat& wanted);
/// `wanted` with `source` in place of zeros.
AudioFormat resolve_format(const AudioFormat& wanted, const AudioFormat& source);

}  // namespace mess::internal
