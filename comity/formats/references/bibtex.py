"""BibTeX, read strictly enough to say where it is broken, and changed without touching what is not asked for.

Entries, fields with braces, quotes, numbers and abbreviations (`@string`), joined by "#". What stands between
entries is a comment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from comity.formats.errors import FormatError

MOST_ENTRIES = 50_000
_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NAME = re.compile(r"\s*([^\s=,{}()\"#%'@]+)\s*=\s*")
_KEY = re.compile(r"\s*([^\s,{}()\"]*)\s*,?")
_WORD = re.compile(r"[^\s,{}()\"#=]+")
_BRACE = re.compile(r"\\.|[{}()]", re.DOTALL)
_QUOTE = re.compile(r"\\.|[{}\"]", re.DOTALL)
_SPACE = re.compile(r"(?:\s|%[^\n]*\n)*")
_ACCENT = re.compile(r"\\([`'^\"~=.cvuHkr])\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))")
_MARKS = dict(
    zip(
        "`'^\"~=.cvuHkr",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a",
        strict=True,
    )
)
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "i": "i",
}
_COMMAND = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|i)(?![A-Za-z])\s*")
_ESCAPED = re.compile(r"\\([&%$#_{} ])")
_FORMAT = re.compile(r"\\(?:url|emph|textit|textbf|text|mbox|href)\s*(?=\{)")
# BibTeX counts braces even after a backslash, so that a brace has to be written as a command.
_WRITTEN = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
_OTHER = str.maketrans({**_WRITTEN, **{sign: f"\\{sign}" for sign in "&%$#_"}})
# While a value is read, what the commands stand for is kept out of the way of what takes commands and braces out.
_KEPT = {command: chr(0xE010 + place) for place, command in enumerate(_WRITTEN.values())}
_RETURNED = str.maketrans({kept: sign for sign, kept in zip(_WRITTEN, _KEPT.values(), strict=True)})
_NAMED = re.compile("|".join(map(re.escape, _KEPT)))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its fields by name (small letters) as plain text, and where their values stand in the file."""

    line: int
    kind: str
    key: str
    fields: Mapping[str, str]
    spans: Mapping[str, tuple[int, int]]
    end: int  # where its closing brace stands


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of a text."""

    text: str
    entries: tuple[Entry, ...]

    def changed(self, changes: Mapping[int, Mapping[str, str]]) -> str:
        """The text with other values in fields of entries (by their place); fields that lack are added."""
        edits: list[tuple[int, int, str]] = []
        for place, values in changes.items():
            one = self.entries[place]
            for name, value in values.items():
                written = braced(value)
                if name in one.spans:
                    edits.append((*one.spans[name], written))
                else:
                    comma = "" if self.text[: one.end].rstrip().endswith(",") else ","
                    edits.append((one.end, one.end, f"{comma}\n  {name} = {written},\n"))
        text = self.text
        for start, end, written in sorted(edits, reverse=True):
            text = text[:start] + written + text[end:]
        return text


def braced(text: str) -> str:
    """A text as the value of a field: Unicode stays, what LaTeX takes for a command is written as one."""
    return "{" + text.translate(_OTHER) + "}"


def looks_like(text: str) -> bool:
    """Whether a text is BibTeX: its first "@" begins an entry."""
    match = _ENTRY.search(text[:20_000])
    return (
        match is not None and "=" in text[match.end() : match.end() + 2_000] and text[: match.start()].count("@") == 0
    )


def read(text: str, file: str) -> Bibliography:
    """Read all entries.

    Raises:
        FormatError: an entry is broken, with its line.
    """
    reader = _Reader(text, file)
    return Bibliography(text, tuple(reader.entries()))


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.strings: dict[str, str] = {}
        self.counted = (0, 1)

    def line(self, place: int) -> int:
        """The line of a place; places come in order, so each line is counted once."""
        before, number = self.counted
        if place < before:
            before, number = 0, 1
        number += self.text.count("\n", before, place)
        self.counted = (place, number)
        return number

    def fails(self, place: int, reason: str) -> FormatError:
        return FormatError(self.file, self.line(place), reason)

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        place = 0
        while match := _ENTRY.search(self.text, place):
            kind = match[1].lower()
            if kind in ("comment", "preamble"):
                place = self.closing(match.end() - 1)
                continue
            entry, place = self.entry(match, kind)
            if kind != "string":
                found.append(entry)
            if len(found) > MOST_ENTRIES:
                raise self.fails(place, f"there are more than {MOST_ENTRIES:,} entries")
        return found

    def entry(self, match: re.Match[str], kind: str) -> tuple[Entry, int]:
        place, closer = match.end(), "}" if match[2] == "{" else ")"
        key = ""
        if kind != "string" and (named := _KEY.match(self.text, place)):
            key, place = named[1], named.end()
        fields: dict[str, str] = {}
        spans: dict[str, tuple[int, int]] = {}
        while True:
            place = self.skip(place)
            if self.text[place : place + 1] == closer:
                break
            name = _NAME.match(self.text, place)
            if name is None:
                raise self.fails(match.start(), f"the entry “{key or kind}” is not closed, or a field has no “=”")
            start = name.end()
            value, end = self.value(start, match.start())
            fields.setdefault(name[1].lower(), plain(value))
            spans.setdefault(name[1].lower(), (start, end))
            place = self.skip(end)
            if self.text[place : place + 1] == ",":
                place += 1
        if kind == "string":
            self.strings |= fields
        return Entry(self.line(match.start()), kind, key, fields, spans, place), place + 1

    def skip(self, place: int) -> int:
        match = _SPACE.match(self.text, place)
        return match.end() if match else place

    def value(self, place: int, began: int) -> tuple[str, int]:
        parts: list[str] = []
        while True:
            sign = self.text[place : place + 1]
            if sign == "{":
                end = self.closing(place)
                parts.append(self.text[place + 1 : end - 1])
            elif sign == '"':
                end = self.quote(place, began)
                parts.append(self.text[place + 1 : end - 1])
            elif word := _WORD.match(self.text, place):
                end = word.end()
                parts.append(self.strings.get(word[0].lower(), word[0]))
            else:
                raise self.fails(began, "a field has no value")
            place = self.skip(end)
            if self.text[place : place + 1] != "#":
                return "".join(parts), end
            place = self.skip(place + 1)

    def closing(self, place: int) -> int:
        """The place after the brace (or bracket) that closes the one here."""
        opener = self.text[place]
        closer = "}" if opener == "{" else ")"
        depth = 0
        for match in _BRACE.finditer(self.text, place):
            if match[0] == opener:
                depth += 1
            elif match[0] == closer:
                depth -= 1
                if depth == 0:
                    return match.end()
        raise self.fails(place, f"a “{opener}” is not closed")

    def quote(self, place: int, began: int) -> int:
        depth = 0
        for match in _QUOTE.finditer(self.text, place + 1):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if match[0] == '"' and depth <= 0:
                return match.end()
        raise self.fails(began, "a quotation mark is not closed")


def plain(value: str) -> str:
    """A value as people read it: accents composed, commands and braces gone."""
    text = _NAMED.sub(lambda match: _KEPT[match[0]], value)
    text = _ACCENT.sub(lambda match: unicodedata.normalize("NFC", (match[2] or match[3]) + _MARKS[match[1]]), text)
    text = _COMMAND.sub(lambda match: _LETTERS[match[1]], _FORMAT.sub("", text))
    text = _ESCAPED.sub(lambda match: {"{": "\ue000", "}": "\ue001"}.get(match[1], match[1]), text)
    text = text.replace("{", "").replace("}", "").replace("\ue000", "{").replace("\ue001", "}").replace("~", " ")
    return " ".join(text.translate(_RETURNED).split())
