// SPDX-License-Identifier: MIT
// What a file says about itself, and an identity of its audio that survives renaming, moving and retagging.
#pragma once

#include <map>
#include <string>

#include "mess/audio.h"

namespace mess {

struct AudioInfo {
  std::string container;                  // "mp3", "wav", "w64", "flac", "ogg", "mov", "aac", "aiff"
  std::string codec;                      // libavcodec's name: "mp3", "flac", "opus", "pcm_s16le", ...
  AudioFormat format;                     // of the audio stream
  double claimed_duration_seconds = 0.0;  // from the header or the bit rate: a claim; 0 when unknown
  std::map<std::string, std::string>
      tags;  // lower-case keys: title, artist, album, album_artist, track, date, genre, ...
};

/// Reads headers and tags without decoding. @throws DecodeError
MESS_API AudioInfo read_audio_info(const AudioSource& source);

/// SHA-256 over codec, sample rate, channels and the compressed packets of the audio stream: 64 lower-case hex digits.
/// Tags, cover art and container headers do not count. Reads the whole file, decodes nothing. @throws DecodeError
MESS_API std::string audio_content_hash(const AudioSource& source);

}  // namespace mess
