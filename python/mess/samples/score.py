# SPDX-License-Identifier: MIT
"""The written music: notes, parts, metre, tempo map, and the piece that holds them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mess.samples.errors import SamplesError
from mess.samples.harmony import Key

# Fine ticks, because FluidSynth restarts its clock on a whole tick at each tempo change: 480 drift by
# several milliseconds over a tempo map, 4800 do not. Divides by 3 and 16.
TICKS_PER_QUARTER = 4800
DRUM_CHANNEL = 9


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature, with the length of the beat that a listener counts, in quarter notes."""

    numerator: int
    denominator: int
    beat_quarters: float

    @property
    def name(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def bar_quarters(self) -> float:
        return self.numerator * 4 / self.denominator

    @property
    def beats_per_bar(self) -> int:
        return round(self.bar_quarters / self.beat_quarters)

    @property
    def is_compound(self) -> bool:
        """Whether a beat divides into three."""
        return self.beat_quarters == 1.5

    @property
    def as_written(self) -> Metre:
        """The metre that styles write in: a compound one is written as beats of a quarter and lilted when played."""
        return Metre(self.beats_per_bar, 4, 1.0) if self.is_compound else self


METRES = {
    "4/4": Metre(4, 4, 1.0),
    "3/4": Metre(3, 4, 1.0),
    "5/4": Metre(5, 4, 1.0),
    "6/8": Metre(6, 8, 1.5),
    "7/8": Metre(7, 8, 0.5),
}


def metre_named(name: str) -> Metre:
    if name not in METRES:
        raise SamplesError(f"[samples] time signature {name!r}: expected one of {', '.join(METRES)}")
    return METRES[name]


class TempoMap:
    """Maps quarter notes of the score to seconds of the audio, exactly.

    Args:
        changes: (quarter note, microseconds per quarter) in rising order, the first at 0.
        lead_in_ticks: ticks of silence before the first bar, at the first tempo.
    """

    def __init__(self, changes: Sequence[tuple[float, int]], *, lead_in_ticks: int = 0) -> None:
        self.changes = tuple(changes)
        self.lead_in_ticks = lead_in_ticks
        self._ticks = [0, *(self.tick(quarter) for quarter, _ in self.changes[1:])]
        self._microseconds = [Fraction(0)]
        for index in range(1, len(self.changes)):
            span = self._ticks[index] - self._ticks[index - 1]
            step = Fraction(span * self.changes[index - 1][1], TICKS_PER_QUARTER)
            self._microseconds.append(self._microseconds[-1] + step)

    @property
    def is_constant(self) -> bool:
        return len(self.changes) == 1

    def tick(self, quarters: float) -> int:
        """The MIDI tick of a place in the score, the lead-in included."""
        return self.lead_in_ticks + round(quarters * TICKS_PER_QUARTER)

    def seconds(self, quarters: float) -> float:
        """The time in the audio of a place in the score; exact, because MIDI ticks are whole numbers."""
        tick = self.tick(quarters)
        index = max(0, bisect_right(self._ticks, tick) - 1)
        late = Fraction((tick - self._ticks[index]) * self.changes[index][1], TICKS_PER_QUARTER)
        return float((self._microseconds[index] + late) / 1_000_000)


@dataclass(frozen=True, slots=True)
class Note:
    """One note; a drum hit where its part is on the drum channel."""

    start_quarters: float
    duration_quarters: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one player. Controller values (volume, pan, reverb, chorus) run from 0 to 127."""

    role: str
    program: int
    channel: int
    notes: tuple[Note, ...]
    volume: int = 100
    pan: int = 64
    reverb: int = 40
    chorus: int = 0

    @property
    def is_drums(self) -> bool:
        return self.channel == DRUM_CHANNEL


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of bars that belong together."""

    name: str
    start_bar: int
    num_bars: int


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord's symbol and the place where it starts."""

    start_quarters: float
    symbol: str


@dataclass(frozen=True)
class Piece:
    """A composed piece: all that its MIDI file, its audio file, its tags and its truth are made of."""

    title: str
    artist: str
    album: str
    track: int
    year: int
    style: str
    style_slug: str
    key: Key
    metre: Metre
    tempo: TempoMap
    swing: float
    swing_unit_quarters: float
    sections: tuple[Section, ...]
    chords: tuple[ChordSpan, ...]
    parts: tuple[Part, ...]
    tail_seconds: float
    peak_dbfs: float
    variants: tuple[str, ...] = ()

    @property
    def num_bars(self) -> int:
        return sum(section.num_bars for section in self.sections)

    @property
    def file(self) -> str:
        """The audio file's path in the collection's folder: one folder per style."""
        name = "".join("" if letter in '/\\:*?"<>|' else letter for letter in f"{self.artist} - {self.title}")
        return f"{self.style_slug}/{name}.flac"

    @property
    def end_quarters(self) -> float:
        return self.num_bars * self.metre.bar_quarters

    @property
    def duration_seconds(self) -> float:
        """The audio's length: the score to its last bar line, then the tail in which the last notes fade."""
        return round(self.tempo.seconds(self.end_quarters) + self.tail_seconds, 3)

    @property
    def tempo_bpm(self) -> float:
        """Beats per minute, exact where the tempo is constant, the mean over the piece where it is not."""
        if self.tempo.is_constant:
            return 60e6 / (self.tempo.changes[0][1] * self.metre.beat_quarters)
        seconds = self.tempo.seconds(self.end_quarters) - self.tempo.seconds(0)
        return 60 * self.num_bars * self.metre.beats_per_bar / seconds

    def beat_seconds(self) -> list[float]:
        """Time of every beat, to the last bar line."""
        num_beats = self.num_bars * self.metre.beats_per_bar
        return [self.tempo.seconds(beat * self.metre.beat_quarters) for beat in range(num_beats)]

    def downbeat_seconds(self) -> list[float]:
        """Time of the first beat of every bar."""
        return [self.tempo.seconds(bar * self.metre.bar_quarters) for bar in range(self.num_bars)]
