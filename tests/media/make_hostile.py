# SPDX-License-Identifier: MIT
"""Makes files that lie, break off or are not audio: make_hostile.py MEDIA_DIR, where make_media.sh has been."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

TRUNCATED = (
    "sines_s16.wav",
    "sines.w64",
    "sines.aiff",
    "sines.flac",
    "sines_cbr.mp3",
    "sines_vbr.mp3",
    "sines_aac.m4a",
    "sines_alac.m4a",
    "sines_adts.aac",
    "sines.ogg",
    "sines.opus",
)
CUTS = (0.003, 0.03, 0.3, 0.5, 0.9, 0.999)


def wav_header(*, format_tag: int, channels: int, rate_hz: int, bits: int, riff_bytes: int, data_bytes: int) -> bytes:
    """Returns the 44 bytes before the samples; the two sizes may be lies."""
    block = channels * bits // 8
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        riff_bytes,
        b"WAVE",
        b"fmt ",
        16,
        format_tag,
        channels,
        rate_hz,
        rate_hz * block,
        block,
        bits,
        b"data",
        data_bytes,
    )


def honest_wav(*, format_tag: int, channels: int, rate_hz: int, bits: int, samples: bytes) -> bytes:
    """Returns a WAV file whose sizes are right."""
    header = wav_header(
        format_tag=format_tag,
        channels=channels,
        rate_hz=rate_hz,
        bits=bits,
        riff_bytes=36 + len(samples),
        data_bytes=len(samples),
    )
    return header + samples


def png() -> bytes:
    """Returns a real picture: one grey pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    )


def id3v2(body_bytes: int, *, claimed_bytes: int | None = None) -> bytes:
    """Returns an ID3v2.3 tag with one picture frame of zeros, as large as a whole album's covers may be."""
    picture = b"\x00image/png\x00\x03\x00" + bytes(body_bytes)
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = len(frame) if claimed_bytes is None else claimed_bytes
    return b"ID3\x03\x00\x00" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + frame


def write_not_audio(out: Path) -> None:
    """Writes what people and attackers name .mp3."""
    (out / "concat.mp3").write_text("ffconcat version 1.0\nfile secret.wav\n")
    (out / "hls.mp3").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n")
    (out / "sdp.mp3").write_text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n")
    (out / "ass.mp3").write_text("[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00\n")
    (out / "text.mp3").write_text("This is a list of songs, not a song.\n" * 20)
    (out / "utf16.mp3").write_bytes("Not a song.\n".encode("utf-16"))
    (out / "tagged_text.mp3").write_bytes(id3v2(100) + b"ffconcat version 1.0\nfile secret.wav\n")
    (out / "empty.mp3").write_bytes(b"")
    (out / "zeros.mp3").write_bytes(bytes(100_000))
    (out / "picture.mp3").write_bytes(png())
    (out / "archive.flac").write_bytes(b"PK\x03\x04" + bytes(200))
    (out / "document.wav").write_bytes(b"%PDF-1.7\n" + bytes(200))
    (out / "matroska.ogg").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(200))
    (out / "tag_only.mp3").write_bytes(id3v2(1000))
    (out / "huge_tag_claim.mp3").write_bytes(id3v2(100, claimed_bytes=(1 << 28) - 1))
    noise = bytearray()
    state = 1
    for _ in range(300_000):
        state = (state * 1103515245 + 12345) % (1 << 31)
        noise.append(state >> 16 & 0xFF)
    (out / "random.mp3").write_bytes(bytes(noise))
    (out / "noise_behind_riff.wav").write_bytes(b"RIFF\xff\xff\xff\xffWAVE" + bytes(noise[:5000]))


def write_lying_wavs(out: Path) -> None:
    """Writes WAV files whose headers or samples are not what they should be."""
    second = bytes(2 * 8000)
    for name, size in (
        ("claims_4gb.wav", 0xFFFFFFF0),
        ("claims_unknown.wav", 0xFFFFFFFF),
        ("claims_2gb.wav", 0x7FFFFFFF),
    ):
        header = wav_header(format_tag=1, channels=1, rate_hz=8000, bits=16, riff_bytes=size, data_bytes=size)
        (out / name).write_bytes(header + second)
    floats = struct.pack("<8f", 0.5, float("nan"), float("inf"), float("-inf"), 0.25, 1.5, -0.5, 1e-40) * 1000
    (out / "nonfinite.wav").write_bytes(honest_wav(format_tag=3, channels=1, rate_hz=44100, bits=32, samples=floats))
    doubles = struct.pack("<4d", 0.5, 1e300, float("nan"), -0.25) * 1000
    (out / "doubles.wav").write_bytes(honest_wav(format_tag=3, channels=1, rate_hz=44100, bits=64, samples=doubles))
    for name, channels, rate_hz in (
        ("nine_channels.wav", 9, 44100),
        ("thousands_of_channels.wav", 3000, 8000),
        ("rate_1.wav", 1, 1),
        ("rate_max.wav", 1, 0x7FFFFFFF),
    ):
        samples = bytes(2 * channels * 50)
        (out / name).write_bytes(honest_wav(format_tag=1, channels=channels, rate_hz=rate_hz, bits=16, samples=samples))
    (out / "no_samples.wav").write_bytes(honest_wav(format_tag=1, channels=2, rate_hz=44100, bits=16, samples=b""))


def write_altered(out: Path) -> None:
    """Writes cut and damaged copies of the good files."""
    (out / "secret.wav").write_bytes((out / "sine_8k_mono.wav").read_bytes())
    for name in TRUNCATED:
        good = (out / name).read_bytes()
        for cut in CUTS:
            (out / f"cut_{cut}_{name}").write_bytes(good[: int(len(good) * cut)])
        damaged = bytearray(good)
        for offset in range(len(good) // 3, len(good) * 2 // 3, 4099):
            damaged[offset : offset + 16] = b"\xa5" * 16
        (out / f"damaged_{name}").write_bytes(damaged)
    mp3 = (out / "sines_vbr_no_xing.mp3").read_bytes()
    (out / "junk_before.mp3").write_bytes(bytes(range(1, 251)) * 40 + mp3)
    (out / "large_cover.mp3").write_bytes(id3v2(20_000_000) + mp3)
    (out / "many_covers.mp3").write_bytes(id3v2(1000) * 10 + mp3)
    one_frame = 417
    cbr = (out / "sines_cbr.mp3").read_bytes()
    start = cbr.index(b"\xff\xfb", 10)
    (out / "half_a_frame.mp3").write_bytes(cbr[start : start + one_frame // 2])


def main() -> None:
    out = Path(sys.argv[1])
    write_not_audio(out)
    write_lying_wavs(out)
    write_altered(out)


if __name__ == "__main__":
    main()
