# SPDX-License-Identifier: MIT
"""Retags copies of the good files with mutagen: make_retagged.py MEDIA_DIR, where make_media.sh has been."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TIT2, TPE1, ID3NoHeaderError
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

TITLE = "Retagged: " + "a long title " * 200


def copy_of(out: Path, name: str, how: str) -> Path:
    """Copies MEDIA_DIR/name to MEDIA_DIR/retagged_<how>_<name>."""
    target = out / f"retagged_{how}_{name}"
    shutil.copyfile(out / name, target)
    return target


def add_id3_frames(tags: ID3, picture: bytes) -> None:
    tags.add(TIT2(encoding=3, text=TITLE))
    tags.add(TPE1(encoding=3, text="Another artist"))
    tags.add(APIC(encoding=3, mime="image/png", type=3, desc="front", data=picture))


def retag_mpeg(out: Path, picture: bytes) -> None:
    for name in ("sines_cbr.mp3", "sines_vbr.mp3", "sines_vbr_no_xing.mp3", "sines_adts.aac", "sines.mp2"):
        target = copy_of(out, name, "id3")
        try:
            tags = ID3(target)
        except ID3NoHeaderError:
            tags = ID3()
        add_id3_frames(tags, picture)
        tags.save(target, v1=2)
        target = copy_of(out, name, "ape")
        ape = APEv2()
        ape["Title"] = TITLE
        ape.save(target)
        with target.open("ab") as file:
            file.write(b"TAG" + b"Old title".ljust(125, b"\0"))
    target = copy_of(out, "sines_cbr.mp3", "stripped")
    MP3(target).delete()


def retag_vorbis_comments(out: Path, picture: bytes) -> None:
    for name, kind in (("sines.ogg", OggVorbis), ("sines.opus", OggOpus)):
        target = copy_of(out, name, "comments")
        file = kind(target)
        file["title"] = TITLE
        file["lyrics"] = "la " * 50_000
        file.save()
    target = copy_of(out, "sines.flac", "picture")
    flac = FLAC(target)
    flac["title"] = TITLE
    image = Picture()
    image.data = picture
    image.mime = "image/png"
    flac.add_picture(image)
    flac.save()
    target = copy_of(out, "sines.flac", "id3")
    tags = ID3()
    add_id3_frames(tags, picture)
    tags.save(target, v1=2)


def retag_boxes(out: Path, picture: bytes) -> None:
    for name in ("sines_aac.m4a", "sines_alac.m4a"):
        target = copy_of(out, name, "atoms")
        mp4 = MP4(target)
        mp4["\xa9nam"] = TITLE
        mp4["covr"] = [MP4Cover(picture, imageformat=MP4Cover.FORMAT_PNG)]
        mp4.save()
    for name, kind in (("sines_s16.wav", WAVE), ("sines.aiff", AIFF)):
        target = copy_of(out, name, "id3")
        file = kind(target)
        if file.tags is None:
            file.add_tags()
        add_id3_frames(file.tags, picture)
        file.save()


def main() -> None:
    out = Path(sys.argv[1])
    picture = (out / "cover.png").read_bytes()
    retag_mpeg(out, picture)
    retag_vorbis_comments(out, picture)
    retag_boxes(out, picture)


if __name__ == "__main__":
    main()
