# SPDX-License-Identifier: MIT
"""Writes a piece as a Standard MIDI File."""

from __future__ import annotations

import io
from typing import NamedTuple

import mido

from mess.samples.score import TICKS_PER_QUARTER, Part, Piece

_VOLUME, _PAN, _REVERB, _CHORUS = 7, 10, 91, 93


class _Event(NamedTuple):
    tick: int
    rank: int  # at one tick: settings, then note ends, then note starts
    order: int
    message: mido.Message | mido.MetaMessage


def midi_bytes(piece: Piece) -> bytes:
    """The piece as a MIDI file of format 1; the same piece gives the same bytes."""
    midi = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    midi.tracks.append(_conductor_track(piece))
    for part in piece.parts:
        midi.tracks.append(_part_track(piece, part))
    buffer = io.BytesIO()
    midi.save(file=buffer)
    return buffer.getvalue()


def _conductor_track(piece: Piece) -> mido.MidiTrack:
    metre, tempo = piece.metre, piece.tempo
    letter = "m" if piece.key.mode == "minor" else ""
    messages = [
        (0, mido.MetaMessage("track_name", name=piece.title)),
        (0, mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)),
        (0, mido.MetaMessage("key_signature", key=piece.key.name.split()[0] + letter)),
    ]
    for index, (quarter, microseconds) in enumerate(tempo.changes):
        messages.append((tempo.tick(quarter) if index else 0, mido.MetaMessage("set_tempo", tempo=microseconds)))
    for section in piece.sections:
        tick = tempo.tick(section.start_bar * metre.bar_quarters)
        messages.append((tick, mido.MetaMessage("marker", text=section.name)))
    # The file ends after the tail, so that a synthesiser renders the last notes' release.
    last_microseconds = tempo.changes[-1][1]
    tail_ticks = round(piece.tail_seconds * 1e6 / last_microseconds * TICKS_PER_QUARTER)
    messages.append((tempo.tick(piece.end_quarters) + tail_ticks, mido.MetaMessage("end_of_track")))
    events = [_Event(tick, 0, order, message) for order, (tick, message) in enumerate(messages)]
    return _track(sorted(events, key=lambda event: event[:3]))


def _part_track(piece: Piece, part: Part) -> mido.MidiTrack:
    channel = part.channel
    events = [
        _Event(0, 0, 0, mido.MetaMessage("track_name", name=part.role)),
        _Event(0, 0, 1, mido.Message("program_change", channel=channel, program=part.program)),
    ]
    for control, value in ((_VOLUME, part.volume), (_PAN, part.pan), (_REVERB, part.reverb), (_CHORUS, part.chorus)):
        message = mido.Message("control_change", channel=channel, control=control, value=value)
        events.append(_Event(0, 0, len(events), message))
    for start, end, pitch, velocity in _sounding_notes(piece, part):
        note_on = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        note_off = mido.Message("note_off", channel=channel, note=pitch, velocity=0)
        events += [_Event(start, 2, pitch, note_on), _Event(end, 1, pitch, note_off)]
    return _track(sorted(events, key=lambda event: event[:3]))


def _sounding_notes(piece: Piece, part: Part) -> list[tuple[int, int, int, int]]:
    """(start tick, end tick, pitch, velocity) with no pitch struck twice at once or cut by an earlier note's end."""
    by_pitch: dict[int, list[tuple[int, int, int, int]]] = {}
    for note in part.notes:
        start = piece.tempo.tick(note.start_quarters)
        end = max(start + 1, piece.tempo.tick(note.start_quarters + note.duration_quarters))
        played = by_pitch.setdefault(note.pitch, [])
        if played and start == played[-1][0]:
            _, last_end, _, last_velocity = played.pop()
            played.append((start, max(end, last_end), note.pitch, max(note.velocity, last_velocity)))
            continue
        if played and played[-1][1] > start:
            played[-1] = (played[-1][0], start, note.pitch, played[-1][3])
        played.append((start, end, note.pitch, note.velocity))
    return [sounding for played in by_pitch.values() for sounding in played]


def _track(events: list[_Event]) -> mido.MidiTrack:
    track = mido.MidiTrack()
    now = 0
    for event in events:
        event.message.time = event.tick - now
        now = event.tick
        track.append(event.message)
    return track
