// SPDX-License-Identifier: MIT
#include "mess/sections.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "mess/error.h"

namespace mess {
namespace {

constexpr std::size_t kDim = 12;

// One frame every half second; each letter of `form` is a part of 20 s with a sound of its own, and noise.
Frames make_form(const std::string& form, float noise = 0.3f) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> sounds(26, std::vector<float>(kDim));
  for (auto& sound : sounds) {
    for (float& value : sound)
      value = normal(random);
  }
  Frames frames{.values = {},
                .num_frames = 40 * form.size(),
                .dim = kDim,
                .hop_seconds = 0.5,
                .window_seconds = 0.5,
                .encoder_id = {.name = "dummy", .version = 1}};
  for (const char letter : form) {
    for (int t = 0; t < 40; ++t) {
      for (const float value : sounds[static_cast<std::size_t>(letter - 'A')])
        frames.values.push_back(value + noise * normal(random));
    }
  }
  return frames;
}

std::string labels_of(const std::vector<Section>& sections) {
  std::string labels;
  for (const Section& section : sections)
    labels += section.label;
  return labels;
}

TEST(Sections, FindsWherePartsBeginAndWhichComeBack) {
  for (const std::string form : {"ABAC", "ABCABCD", "ABABCB"}) {
    const std::vector<Section> sections = find_sections(make_form(form));
    ASSERT_EQ(labels_of(sections), form);
    for (std::size_t i = 0; i < sections.size(); ++i)
      EXPECT_NEAR(sections[i].start_seconds, 20.0 * static_cast<double>(i), 1.0) << form;
  }
}

TEST(Sections, CoverTheTrackWithoutAGap) {
  const std::vector<Section> sections = find_sections(make_form("ABAC", 1.0f));
  EXPECT_EQ(sections.front().start_seconds, 0.0);
  EXPECT_EQ(sections.back().end_seconds, 80.0);
  for (std::size_t i = 1; i < sections.size(); ++i) {
    EXPECT_EQ(sections[i].start_seconds, sections[i - 1].end_seconds);
    EXPECT_GE(sections[i].end_seconds - sections[i].start_seconds, 5.0);
  }
}

TEST(Sections, WhatDoesNotChangeIsOneSection) {
  EXPECT_EQ(labels_of(find_sections(make_form("A", 0.0f))), "A");
  Frames one = make_form("A");
  one.num_frames = 1;
  one.values.resize(kDim);
  const std::vector<Section> sections = find_sections(one);
  ASSERT_EQ(sections.size(), 1u);
  EXPECT_EQ(sections[0].end_seconds, 0.5);
}

TEST(Sections, ManyKindsOfPartsGetTwoLetters) {
  std::string form;
  for (int i = 0; i < 26; ++i)
    form += static_cast<char>('A' + i);
  const std::vector<Section> sections = find_sections(make_form(form + form, 0.1f), {.same_label_cosine = 2.0});
  ASSERT_EQ(sections.size(), 52u);
  EXPECT_EQ(sections[25].label, "Z");
  EXPECT_EQ(sections[26].label, "AA");
  EXPECT_EQ(sections[51].label, "AZ");
}

TEST(Sections, HalfADayIsCutInSecondsNotInDays) {
  std::string form;
  for (int i = 0; i < 12 * 180; ++i)
    form += static_cast<char>('A' + (i * i) % 7);
  const std::vector<Section> sections = find_sections(make_form(form));
  EXPECT_GT(sections.size(), 1000u);
  EXPECT_EQ(sections.back().end_seconds, 12 * 3600.0);
}

TEST(Sections, RefusesBadFramesAndOptions) {
  const Frames frames = make_form("AB");
  EXPECT_THROW(find_sections(frames, {.kernel_seconds = 0}), InvalidArgument);
  EXPECT_THROW(find_sections(frames, {.min_section_seconds = -1}), InvalidArgument);
  EXPECT_THROW(find_sections(frames, {.min_novelty = NAN}), InvalidArgument);
  Frames nan = frames;
  nan.values[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(find_sections(nan), InvalidArgument);
  Frames empty = frames;
  empty.num_frames = 0;
  empty.values.clear();
  EXPECT_THROW(find_sections(empty), InvalidArgument);
  Frames no_time = frames;
  no_time.hop_seconds = 0;
  EXPECT_THROW(find_sections(no_time), InvalidArgument);
}

}  // namespace
}  // namespace mess
