// SPDX-License-Identifier: MIT
#include "src/encode/acoustic/features_session.h"

#include <algorithm>

#include "mess/error.h"

namespace mess::internal::acoustic {
namespace {

constexpr std::size_t kSliceSize = 16384;

}  // namespace

void FeaturesSession::push(std::span<const float> samples) {
  // In slices, which stay in the cache for both.
  for (std::size_t start = 0; start < samples.size(); start += kSliceSize) {
    const std::span<const float> slice = samples.subspan(start, std::min(kSliceSize, samples.size() - start));
    blocks_.push(slice, [this](std::span<const float> block) { add_block(block); });
    pitch_blocks_.push(slice, [this](std::span<const float> block) { track_.add_pitch_block(block); });
  }
}

void FeaturesSession::finish() {
  blocks_.flush([this](std::span<const float> block) { add_block(block); });
  pitch_blocks_.flush([this](std::span<const float> block) { track_.add_pitch_block(block); });
  if (num_spectra_ == 0)
    throw InvalidArgument("[encode] audio: expected at least one sample, found none");
}

void FeaturesSession::add_block(std::span<const float> block) {
  spectrum_.compute(block);
  const bool is_sounding = track_.add_spectrum(spectrum_);
  if (num_spectra_ % kSpectraPerContrast == 0) {
    contrast_.compute(spectrum_);
    if (is_sounding)
      track_.add_contrast(contrast_);
  }
  if (num_spectra_ % kSpectraPerRow == 0) {
    cepstrum_.compute(spectrum_);
    if (is_sounding)
      track_.add_cepstrum(cepstrum_);
    texture_.add(cepstrum_, contrast_);
  }
  ++num_spectra_;
}

}  // namespace mess::internal::acoustic
