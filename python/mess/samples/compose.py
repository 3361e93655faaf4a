# SPDX-License-Identifier: MIT
"""Composes pieces and collections of them; a seed decides everything."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mess.samples.errors import SamplesError
from mess.samples.form import lay_out_bars, plan_sections, plan_song
from mess.samples.harmony import MAJOR_SCALES, Key, parse_progression
from mess.samples.rhythm import humanise, lilt_notes, swing_notes
from mess.samples.score import TICKS_PER_QUARTER, ChordSpan, Metre, Note, Part, Piece, TempoMap, metre_named
from mess.samples.sketch import Sketch
from mess.samples.styles import STYLES, Style
from mess.samples.styles.style import Progressions

# Length that pieces come near to, unless it is said, and the shortest that a form fills.
FORM_SECONDS = {"themes": 35.0, "song": 150.0}
_MIN_FORM_SECONDS = {"themes": 15.0, "song": 60.0}


@dataclass(frozen=True)
class _Variants:
    """In what pieces differ from what the styles' own habits make."""

    swing: float | None
    rubato: float
    time_signature: str | None
    drums: bool
    form: str

    @property
    def names(self) -> tuple[str, ...]:
        chosen = {
            "swing": self.swing is not None,
            "rubato": self.rubato > 0,
            "metre": self.time_signature is not None,
            "no_drums": not self.drums,
            "song": self.form == "song",
        }
        return tuple(name for name, is_on in chosen.items() if is_on)


class _Deck:
    """Deals its cards in random order, all of them before any comes again."""

    def __init__(self, rng: random.Random, cards: Sequence[object]) -> None:
        self._rng = rng
        self._cards = list(cards)
        self._order: list[int] = []

    def deal(self) -> int:
        """The index of the next card."""
        if not self._order:
            self._order = list(range(len(self._cards)))
            self._rng.shuffle(self._order)
        return self._order.pop()


def compose_collection(
    *,
    num_pieces: int = 64,
    seed: int = 1,
    styles: Sequence[str] | None = None,
    target_seconds: float | None = None,
    swing: float | None = None,
    rubato: float = 0.0,
    time_signature: str | None = None,
    drums: bool = True,
    form: str = "themes",
) -> list[Piece]:
    """Compose pieces, the styles taking turns; the same arguments give the same pieces.

    Args:
        num_pieces: how many; a larger collection of the same seed begins with the smaller one.
        seed: decides every choice.
        styles: slugs out of `STYLES`, by default all of them.
        target_seconds: length that pieces come near to, a whole number of phrases, 15 (songs: 60) to 600; 35 (songs:
            150) when None.
        swing: share of the first of two notes, 0.5 (straight) to 0.75, in place of each style's own.
        rubato: how far the tempo bends, as a share of it, 0 (steady) to 0.3.
        time_signature: one for all pieces ("4/4", "3/4", "5/4", "6/8", "7/8"), in place of each style's own.
        drums: False leaves the drums out.
        form: "themes" (intro, A and B in some order, outro) or "song" (intro, verses, choruses, bridge, outro).

    Raises:
        SamplesError: an argument out of its range, or a style that does not exist.
    """
    if num_pieces < 1:
        raise SamplesError(f"[samples] num_pieces: expected 1 or more, found {num_pieces}")
    if form not in FORM_SECONDS:
        raise SamplesError(f"[samples] form {form!r}: expected one of {', '.join(FORM_SECONDS)}")
    target_seconds = FORM_SECONDS[form] if target_seconds is None else target_seconds
    if not _MIN_FORM_SECONDS[form] <= target_seconds <= 600:
        raise SamplesError(
            f"[samples] target_seconds: expected {_MIN_FORM_SECONDS[form]:g} to 600, found {target_seconds}"
        )
    if swing is not None and not 0.5 <= swing <= 0.75:
        raise SamplesError(f"[samples] swing: expected 0.5 to 0.75, found {swing}")
    if not 0 <= rubato <= 0.3:
        raise SamplesError(f"[samples] rubato: expected 0 to 0.3, found {rubato}")
    if time_signature is not None:
        metre_named(time_signature)
    chosen = [_style_named(slug) for slug in (styles if styles is not None else STYLES)]
    if not chosen:
        raise SamplesError("[samples] styles: expected at least one, found none")
    variants = _Variants(swing, rubato, time_signature, drums, form)
    return _Composer(seed, chosen, target_seconds, variants).compose(num_pieces)


def _style_named(slug: str) -> Style:
    if slug not in STYLES:
        raise SamplesError(f"[samples] style {slug!r}: expected one of {', '.join(STYLES)}")
    return STYLES[slug]


class _Composer:
    def __init__(self, seed: int, styles: Sequence[Style], target_seconds: float, variants: _Variants) -> None:
        self._seed = seed
        self._styles = styles
        self._target_seconds = target_seconds
        self._variants = variants
        self._tonics = {mode: _Deck(self._rng("tonics", mode), range(12)) for mode in ("major", "minor")}
        self._artists = {s.slug: _Deck(self._rng("artists", s.slug), s.artists) for s in styles}
        self._casts = {s.slug: _Deck(self._rng("casts", s.slug), s.instrumentations) for s in styles}
        self._titles: set[str] = set()
        self._tracks: dict[tuple[str, str], int] = {}

    def _rng(self, *names: object) -> random.Random:
        return random.Random("/".join(map(str, (self._seed, *names))))

    def compose(self, num_pieces: int) -> list[Piece]:
        return [self._compose_piece(i, self._styles[i % len(self._styles)]) for i in range(num_pieces)]

    def _compose_piece(self, index: int, style: Style) -> Piece:
        rng = self._rng("piece", index, style.slug)
        scale = rng.choice(style.scales)
        key = Key(self._tonics["major" if scale in MAJOR_SCALES else "minor"].deal(), scale)
        metre = metre_named(self._variants.time_signature or rng.choice(style.metres))
        tempo_bpm = round(rng.uniform(*style.tempo_bpm), 1)
        target_seconds = self._target_seconds * rng.uniform(0.94, 1.1)
        written = metre.as_written
        beat_quarters = metre.beat_quarters if metre.is_compound else 1.0  # played, for a quarter that is written
        bar_seconds = written.bar_quarters * 60 / tempo_bpm
        plan = plan_song if self._variants.form == "song" else plan_sections
        sections = plan(rng, bar_seconds=bar_seconds, target_seconds=target_seconds)
        pairs = _fitting(style.progressions[key.mode], key)
        first, second = rng.choice(pairs)
        progressions = {"A": first, "B": second}
        if self._variants.form == "song":
            progressions["bridge"] = rng.choice([text for pair in pairs for text in pair if text != first])
        bars = lay_out_bars(sections, key=key, metre=written, progressions=progressions)
        programs = style.instrumentations[self._casts[style.slug].deal()]
        sketch = Sketch(rng, key, written, tempo_bpm, bars, programs, self._variants.drums)
        style.arrange(sketch)
        swing = round(rng.uniform(*style.swing), 3) if self._variants.swing is None else self._variants.swing
        if metre.is_compound:
            swing = 0.5
        swing_unit = _swing_unit(style, metre)
        quarters_per_minute = tempo_bpm * beat_quarters
        artist = style.artists[self._artists[style.slug].deal()]
        album, year = self._album(artist, style)
        self._tracks[artist, album] = self._tracks.get((artist, album), 0) + 1
        return Piece(
            title=self._title(rng, style),
            artist=artist,
            album=album,
            track=self._tracks[artist, album],
            year=year,
            style=style.name,
            style_slug=style.slug,
            key=key,
            metre=metre,
            tempo=_tempo_map(rng, metre, quarters_per_minute, len(bars), self._variants.rubato),
            swing=swing,
            swing_unit_quarters=swing_unit,
            sections=sections,
            chords=tuple(
                ChordSpan(span.start_quarters * beat_quarters, span.chord.symbol) for bar in bars for span in bar.spans
            ),
            parts=tuple(
                _perform(part, rng, style, quarters_per_minute, metre, swing, swing_unit) for part in sketch.parts
            ),
            tail_seconds=style.tail_seconds,
            peak_dbfs=round(rng.uniform(*style.peak_dbfs), 2),
            variants=self._variants.names,
        )

    def _album(self, artist: str, style: Style) -> tuple[str, int]:
        rng = self._rng("album", artist, style.slug)
        return f"{rng.choice(style.title_adjectives)} {rng.choice(style.title_nouns)}", rng.randint(1992, 2024)

    def _title(self, rng: random.Random, style: Style) -> str:
        title = f"{rng.choice(style.title_adjectives)} {rng.choice(style.title_nouns)}"
        stem, number = title, 2
        while title in self._titles:
            title = f"{rng.choice(style.title_adjectives)} {rng.choice(style.title_nouns)}"
            if title in self._titles:
                title = f"{stem}, Part {number}"
                number += 1
        self._titles.add(title)
        return title


def _fitting(progressions: Sequence[Progressions], key: Key) -> list[Progressions]:
    """The progressions whose chords lie well in a key's scale, at least the best one."""

    def foreign_share(pair: Progressions) -> float:
        chords = [chord for text in pair for bar in parse_progression(text, key) for chord in bar]
        tones = [tone for chord in chords for tone in chord.pitch_classes]
        return sum(tone not in key.pitch_classes for tone in tones) / len(tones)

    limit = max(0.09, min(foreign_share(pair) for pair in progressions))
    return [pair for pair in progressions if foreign_share(pair) <= limit]


def _tempo_map(rng: random.Random, metre: Metre, tempo_bpm: float, num_bars: int, rubato: float) -> TempoMap:
    microseconds = round(60e6 / tempo_bpm)
    lead_in_ticks = round(rng.uniform(0.05, 0.6) * 1e6 / microseconds * TICKS_PER_QUARTER)
    if rubato == 0:
        return TempoMap([(0.0, microseconds)], lead_in_ticks=lead_in_ticks)
    changes = []
    num_beats = num_bars * metre.beats_per_bar
    phrase_beats = 4 * metre.beats_per_bar
    for beat in range(num_beats):
        # Faster in the middle of a phrase and slower towards its end, with a little chance in every beat.
        bend = -math.sin(2 * math.pi * ((beat % phrase_beats) / phrase_beats - 0.1)) + rng.uniform(-0.3, 0.3)
        if beat >= num_beats - phrase_beats // 2:
            bend = 1 - (num_beats - beat) / phrase_beats
        changes.append((beat * metre.beat_quarters, round(microseconds * (1 + rubato * bend))))
    return TempoMap(changes, lead_in_ticks=lead_in_ticks)


def _swing_unit(style: Style, metre: Metre) -> float:
    """The style's unit, halved until whole pairs fill a beat: otherwise swing would move beats in 6/8 and 7/8."""
    unit = style.swing_unit_quarters
    while (metre.beat_quarters / (2 * unit)) % 1:
        unit /= 2
    return unit


def _perform(
    part: Part,
    rng: random.Random,
    style: Style,
    quarters_per_minute: float,
    metre: Metre,
    swing: float,
    swing_unit: float,
) -> Part:
    """A part as it is played: swung or lilted, and uneven as people are."""
    notes: Sequence[Note] = lilt_notes(part.notes) if metre.is_compound else part.notes
    if swing != 0.5:
        notes = swing_notes(notes, swing=swing, unit_quarters=swing_unit)
    jitter_ms = style.timing_jitter_ms / 2 if part.is_drums else style.timing_jitter_ms
    notes = humanise(
        notes, rng, timing_quarters=jitter_ms / 1000 * quarters_per_minute / 60, velocity_spread=style.velocity_jitter
    )
    return replace(part, notes=tuple(sorted(notes, key=lambda note: (note.start_quarters, note.pitch))))
