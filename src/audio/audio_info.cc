// SPDX-License-Identifier: MIT
#include "mess/audio_info.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "src/audio/demuxer.h"
#include "src/audio/tag_text.h"

namespace mess {
namespace {

// Reading headers takes milliseconds; only a crafted file takes longer.
constexpr double kTimeoutSeconds = 60.0;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// What an MP4 file says of its own construction; not about the music.
bool is_technical(std::string_view key) {
  constexpr std::array<std::string_view, 6> kKeys{"major_brand",  "minor_version", "compatible_brands",
                                                  "handler_name", "vendor_id",     "language"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end() || key.starts_with("id3v2_priv.");
}

void add_tags(const AVDictionary* entries, std::map<std::string, std::string>& tags) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(entries, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    std::string key = lower_case(internal::utf8_text(entry->key));
    if (!is_technical(key))
      tags.emplace(std::move(key), internal::utf8_text(entry->value));
  }
}

}  // namespace

AudioInfo read_audio_info(const AudioSource& source) {
  internal::TimeBudget budget(kTimeoutSeconds);
  const internal::TimeBudget::Running running(budget);
  const internal::Demuxer demuxer(source, budget, internal::Coverage::kWithTags);
  const AVCodecParameters& codec = *demuxer.stream().codecpar;
  AudioInfo info;
  info.container = internal::container_name(demuxer.container());
  info.codec = avcodec_get_name(codec.codec_id);
  info.format = {codec.sample_rate, codec.ch_layout.nb_channels};
  info.claimed_duration_seconds = internal::claimed_duration_seconds(demuxer);
  // Ogg keeps its tags at the stream, the others at the file.
  add_tags(demuxer.format().metadata, info.tags);
  add_tags(demuxer.stream().metadata, info.tags);
  return info;
}

}  // namespace mess
