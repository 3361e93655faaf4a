#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the audio files of the tests: make_media.sh OUT_DIR. Needs the ffmpeg command line tool.
# Every file holds the same signal unless its name says otherwise: 10 s, 44,100 Hz, stereo; left a 440 Hz sine of
# amplitude 0.5, right a 1,000 Hz sine of amplitude 0.25.
set -eu

out=${1:?usage: make_media.sh OUT_DIR}
mkdir -p "$out"
cd "$out"

make() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }
sines() { echo "aevalsrc=0.5*sin(2*PI*440*t)|0.25*sin(2*PI*1000*t):s=${1}:d=${2}"; }
tags='-metadata title=Sines -metadata artist=Oscillator -metadata album=Tests -metadata genre=Electronic'
tags="$tags -metadata date=2001"

# Word splitting of $tags is meant: its values have no spaces.
# shellcheck disable=SC2086
{
  make -f lavfi -i "$(sines 44100 10)" $tags -c:a pcm_s16le sines_s16.wav
  make -f lavfi -i "$(sines 44100 10)" -c:a pcm_s24le sines_s24.wav
  make -f lavfi -i "$(sines 44100 10)" -c:a pcm_f32le sines_f32.wav
  make -f lavfi -i "$(sines 44100 10)" -c:a pcm_u8 sines_u8.wav
  make -f lavfi -i "$(sines 44100 10)" -c:a adpcm_ms sines_adpcm_ms.wav
  make -i sines_s16.wav -map_metadata -1 -c:a copy -f w64 sines.w64
  make -i sines_s16.wav -map_metadata -1 -rf64 always -c:a copy sines_rf64.wav
  make -i sines_s16.wav -write_id3v2 1 $tags sines.aiff
  make -i sines_s16.wav $tags -c:a flac sines.flac
  make -i sines_s24.wav -c:a flac -sample_fmt s32 sines_s24.flac
  make -i sines_s16.wav $tags -c:a alac sines_alac.m4a
  make -i sines_s16.wav $tags -c:a aac -b:a 192k sines_aac.m4a
  make -i sines_s16.wav -c:a aac -b:a 192k sines_adts.aac
  make -i sines_s16.wav $tags -c:a libmp3lame -b:a 192k sines_cbr.mp3
  make -i sines_s16.wav $tags -c:a libmp3lame -q:a 2 sines_vbr.mp3
  make -i sines_s16.wav -c:a libmp3lame -q:a 2 -write_xing 0 -id3v2_version 0 sines_vbr_no_xing.mp3
  make -i sines_s16.wav -c:a mp2 -b:a 192k sines.mp2
  make -i sines_s16.wav $tags -c:a libvorbis -q:a 6 sines.ogg
  make -i sines_s16.wav $tags -c:a libopus -b:a 128k sines.opus
}

# Noise: what a codec gives back differs from sample to sample, so a range that is off by one is seen.
noise='anoisesrc=d=20:c=pink:r=44100:a=0.5:s=1'
make -f lavfi -i "$noise" -f lavfi -i 'anoisesrc=d=20:c=white:r=44100:a=0.3:s=2' \
  -filter_complex '[0][1]join=inputs=2:channel_layout=stereo' -c:a pcm_s16le noise.wav
make -i noise.wav -c:a pcm_s16be noise.aiff
make -i noise.wav -f w64 noise.w64
make -i noise.wav -c:a flac noise.flac
make -i noise.wav -c:a alac noise_alac.m4a
make -i noise.wav -c:a aac -b:a 160k noise_aac.m4a
make -i noise.wav -c:a aac -b:a 160k noise_adts.aac
make -i noise.wav -c:a libmp3lame -b:a 160k noise_cbr.mp3
make -i noise.wav -c:a libmp3lame -q:a 3 noise_vbr.mp3
make -i noise.wav -c:a libvorbis -q:a 5 noise.ogg
make -i noise.wav -c:a libopus -b:a 96k noise.opus
make -i noise.wav -c:a adpcm_ima_wav noise_adpcm_ima.wav

# Shapes.
make -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=8000:d=3' -c:a pcm_s16le sine_8k_mono.wav
make -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=192000:d=1' -c:a pcm_s24le sine_192k_mono.wav
make -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=192000:d=1' -c:a flac -sample_fmt s32 sine_192k_mono.flac
make -f lavfi -i 'aevalsrc=0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8:s=44100:d=1:c=7.1' -c:a pcm_f32le constants_8ch.wav
make -f lavfi -i 'aevalsrc=0.1|0.2|0.3|0.4|0.5|0.6:s=44100:d=1:c=5.1' -c:a flac -sample_fmt s32 constants_5.1.flac
make -f lavfi -i 'aevalsrc=0|0:s=44100:d=5' -c:a pcm_s16le silence.wav
make -f lavfi -i 'aevalsrc=0|0:s=44100:d=5' -c:a flac silence.flac
make -f lavfi -i 'aevalsrc=0|0:s=44100:d=420' -c:a flac long_silence.flac
make -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=22050:d=3' -c:a libmp3lame -b:a 64k sine_22k_mono.mp3
make -f lavfi -i 'aevalsrc=0.5|0.5:s=44100:d=0.00002' -frames:a 1 -c:a pcm_s16le one_sample.wav

# The same packets with other tags.
for file in sines_s16.wav sines.flac sines_cbr.mp3 sines_vbr.mp3 sines.ogg sines.opus sines_aac.m4a sines_alac.m4a \
  sines.aiff; do
  make -i "$file" -map_metadata -1 -metadata title='Another title, longer than the first one was' \
    -metadata artist=Other -c:a copy "retagged_by_ffmpeg_$file"
done

# A picture on the front.
make -f lavfi -i color=red:s=640x640:d=0.04 -frames:v 1 cover.png
make -i sines_cbr.mp3 -i cover.png -map 0:a -map 1:v -c copy -id3v2_version 3 -disposition:v attached_pic cover.mp3
make -i sines_alac.m4a -i cover.png -map 0:a -map 1:v -c copy -disposition:v attached_pic cover.m4a
make -i sines.flac -i cover.png -map 0:a -map 1:v -c copy -disposition:v attached_pic cover.flac

# A film: its picture is not ours to decode.
make -f lavfi -i testsrc=s=64x64:d=2 -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=44100:d=2' -c:v mpeg4 -c:a aac film.mp4
make -f lavfi -i testsrc=s=64x64:d=1 -c:v mpeg4 film_without_sound.mp4
make -f lavfi -i 'aevalsrc=0.5*sin(2*PI*440*t):s=48000:d=1' -c:a ac3 ac3.mp4
