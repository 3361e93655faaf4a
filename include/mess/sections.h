// SPDX-License-Identifier: MIT
// The form of a track: where something new begins, and what comes back.
#pragma once

#include <string>
#include <vector>

#include "mess/encode.h"

namespace mess {

/// Sections follow each other without a gap from 0 to the end of the frames.
struct Section {
  double start_seconds = 0.0;
  double end_seconds = 0.0;
  std::string label;  // "A" is the first; the same label means that it sounds alike
};

struct SectionOptions {
  double kernel_seconds = 16.0;      // how far before and after a boundary is compared
  double min_section_seconds = 6.0;  // boundaries are at least so far apart
  double min_novelty = 0.07;         // of a boundary: 0 where nothing changes, at most 2
  double same_label_cosine = 0.4;    // of the means of two sections that are called alike
};

/// Boundaries are the peaks of the novelty curve: the self-similarity matrix (cosines of the frames in steps of 0.75 s,
/// standardised over the track) correlated with a Gaussian checkerboard along its diagonal (Foote, "Automatic audio
/// segmentation using a measure of audio novelty", ICME 2000). Labels are clusters of the sections' means (average
/// linkage by cosine). Memory and time grow linearly with the length of the track.
/// @throws InvalidArgument  no frames, no hop_seconds, values that are not finite, or options out of range
MESS_API std::vector<Section> find_sections(const FramesView& frames, const SectionOptions& options = {});

}  // namespace mess
