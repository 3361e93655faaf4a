# SPDX-License-Identifier: MIT
"""The language of filters: text into terms.

    FILTER = GROUP { "|" GROUP }        tracks that fit any group
    GROUP  = TERM { TERM }              tracks that fit every term
    TERM   = ["-"] [FIELD ":"] VALUE { "," VALUE }
    VALUE  = ["="] ["~"] text           text with blanks, commas or bars stands in quotes

What a value means is up to its field: see filter_fields.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import mess

_FIELD = re.compile(r"[A-Za-z_]+:")
_QUOTES = "\"'"
_ENDS = frozenset(" \t\r\n,|")


@dataclass(frozen=True)
class Value:
    """One value of a term."""

    text: str
    is_exact: bool = False  # "=": this and nothing else
    is_loose: bool = False  # "~": this and what is like it


@dataclass(frozen=True)
class Term:
    """A condition: any of the values, or with `is_negated` none of them."""

    field: str  # lower case; empty for words that may stand anywhere
    values: tuple[Value, ...]
    is_negated: bool
    source: str  # as it was written


Group = tuple[Term, ...]


def parse_filter(text: str) -> tuple[Group, ...]:
    """Read a filter; one without any term is an empty tuple and fits every track.

    Raises:
        mess.InvalidArgument: a quote without its end, a field without a value, a bar with nothing beside it.
    """
    return _Parser(text).run()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def run(self) -> tuple[Group, ...]:
        groups: list[list[Term]] = [[]]
        while self._skip_blanks():
            if self._take("|"):
                groups.append([])
            else:
                groups[-1].append(self._term())
        if len(groups) > 1 and not all(groups):
            raise self._error('terms on both sides of every "|"')
        return tuple(tuple(group) for group in groups if group)

    def _term(self) -> Term:
        start = self._at
        is_negated = self._take("-")
        found = _FIELD.match(self._text, self._at)
        field = ""
        if found:
            field = found[0][:-1].lower()
            self._at = found.end()
        values = [self._value(field)]
        while self._take(","):
            values.append(self._value(field))
        return Term(field, tuple(values), is_negated, self._text[start : self._at])

    def _value(self, field: str) -> Value:
        is_exact = self._take("=")
        is_loose = self._take("~")
        parts: list[str] = []
        is_quoted = False
        while self._at < len(self._text) and self._text[self._at] not in _ENDS:
            if self._text[self._at] in _QUOTES and not parts:
                parts.append(self._quoted())
                is_quoted = True
                break
            parts.append(self._text[self._at])
            self._at += 1
        text = "".join(parts)
        if not text and not is_quoted:
            raise self._error(f'a value after "{field}:"' if field else "a word")
        return Value(text, is_exact, is_loose)

    def _quoted(self) -> str:
        quote = self._text[self._at]
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise self._error(f"an end of the quote that begins at character {self._at + 1}")
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _skip_blanks(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _take(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False

    def _error(self, expected: str) -> mess.InvalidArgument:
        return mess.InvalidArgument(f"[library] filter: expected {expected}, found: {self._text}")
