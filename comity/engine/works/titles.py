"""Titles taken apart, so that two bodies' ways of printing one title come out equal.

Bodies set the field before ("Information technology — "), their own words ("IEEE Standard for"), what they
adopt behind ("(ISO 9001:2015, IDT)"), and number parts in words. What is left has to be the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from comity.engine import text
from comity.engine.works.model import Adoption

# What a title adopts stands in brackets behind it. Nested ones hold a year: "[ISO/IEC 13873 (2003), modified]".
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\)")
_NAMED = re.compile(r"\b(?:ISO|IEC|CEI|3GPP|GSM|ITU|IEEE|ECMA|EN|CISPR|ETSI)\b.*\d", re.DOTALL)
_KINDS = (
    (re.compile(r"\bIDT\b|\bidentical(?:ly)?\b", re.IGNORECASE), Adoption.IDENTICAL),
    (re.compile(r"\bMOD\b|\bmodified\b", re.IGNORECASE), Adoption.MODIFIED),
    (re.compile(r"\bNEQ\b|\bnot equivalent\b", re.IGNORECASE), Adoption.NOT_EQUIVALENT),
)
_OWN_WORDS = re.compile(
    r"^(?:(?:ANSI|IEEE|ISO|IEC|AIEE|NACE)(?:\s*/\s*(?:ANSI|IEEE|ISO|IEC))*(?:['’]s)?\s+)+"
    r"(?:P?\d[\w.]*(?:-\d+)?,?\s+)?"
    r"(?:(?:trial[- ]use|approved|unapproved|active|international|american national|draft|proposed)\s+)*"
    r"(?:(?:standard|guide|recommended practice)s?(?:\s+(?:for|of|on|-+)(?:\s+the)?)\s+)?"
    r"|^(?:draft\s+)?(?:international\s+)?standard for\s+(?:the\s+)?"
    r"|^versi[oó]n oficial en espa[nñ]ol\s*(?:\([^)]*\)\s*)?[-–—.]*\s*",
    re.IGNORECASE,
)
_PART = re.compile(
    r"第\s*(\d+(?:[-–.]\d+)*)\s*部(?:分|:)?"
    r"|\b(?:part|parts|partie|parte|teil|часть)\s*[:.]?\s*(\d+(?:[-–.]\d+)*|[ivx]{1,4})\b",
    re.IGNORECASE,
)
_SUPPLEMENT = re.compile(
    r"\b(amendment|amd|amendement|technical corrigendum|corrigendum|cor|erratum|addendum|supplement)"
    r"(?:\s*\.?\s*(?:no\.?\s*)?(\d+)\b|(?=\s*(?::|to\b|[-–—]|$)))",
    re.IGNORECASE,
)
# What kind of document it is, before what it is about; and what CCITT set behind.
_GENRE = re.compile(
    r"^(?:recommended practice|guide|guidelines?|standard)\s+(?:for|to|on)\s+(?:the\s+)?"
    r"|\s+for (?:CCITT|ITU-T) applications$",
    re.IGNORECASE,
)
_SPELT_OUT = {"osi": ("open", "system", "interconnect")}
_CUT = re.compile(r"\s*(?:\s[-‐–—−]+\s|--+|[—–―]|;|:\s|-(?=[A-Z][a-z]))\s*|[：－]")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_COMMON = frozenset(text.terms("a an the of for and or in on to with by from at as is its le la les des du de et"))


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart.

    Attributes:
        segments: the terms of what stands between dashes, colons and semicolons, in order, none empty.
        part: the number of the part it says it is ("2-1"), "" if it says none.
        supplement: kind and number of the supplement it says it is ("amendment 2").
        adoption: what it says of how it adopts another.
    """

    segments: tuple[tuple[str, ...], ...]
    part: str = ""
    supplement: str = ""
    adoption: Adoption | None = None

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for segment in self.segments for word in segment)

    @property
    def endings(self) -> list[tuple[str, ...]]:
        """The whole, then without its first segment, and so on."""
        return [
            tuple(word for segment in self.segments[start:] for word in segment)
            for start in range(len(self.segments))
        ]


@lru_cache(maxsize=1 << 18)
def take_apart(title: str) -> Title:
    """Never raises; a title of nothing but ornaments has no segments.

    >>> take_apart("IEEE Standard Model Process for Addressing Ethical Concerns").words[:2]
    ('standard', 'model')
    >>> take_apart("Safety of machinery — Part 2: Doors (ISO 9999-2:2001, IDT)").part
    '2'
    """
    plain = unicodedata.normalize("NFKC", unescape(title)[:2_000].replace("‐", "-"))
    adoption = None
    for source in sources(plain):
        plain = plain.replace(source, " ")
        adoption = adoption or next((kind for words, kind in _KINDS if words.search(source)), None)
    plain = _OWN_WORDS.sub("", plain.strip())
    supplements = [f"{_supplement(kind)} {number.lstrip('0')}".strip() for kind, number in _SUPPLEMENT.findall(plain)]
    parts = [(a or b).replace("–", "-").replace(".", "-").casefold() for a, b in _PART.findall(plain)]
    plain = _SUPPLEMENT.sub(" — ", _PART.sub(" — ", plain))
    segments = tuple(found for piece in _CUT.split(plain) if piece and (found := _content(piece)))
    return Title(
        segments=segments,
        part=_ROMAN.get(parts[0], parts[0]) if parts else "",
        supplement=supplements[0] if supplements else "",
        adoption=adoption,
    )


def sources(title: str) -> list[str]:
    """What a title names in brackets: "(3GPP TS 25.306 version 4.11.0 Release 4)"."""
    return [found for found in _BRACKETS.findall(title) if _NAMED.search(found)]


def _supplement(kind: str) -> str:
    lower = kind.casefold()
    if lower.startswith("am"):
        return "amendment"
    return "corrigendum" if "cor" in lower or lower == "erratum" else lower


def _content(piece: str) -> tuple[str, ...]:
    words = [word for word in text.terms(_GENRE.sub("", piece.strip())) if word not in _COMMON]
    return tuple(part for word in words for part in _SPELT_OUT.get(word, (word,)))


def marks(words: tuple[str, ...]) -> frozenset[str]:
    """What tells sister titles apart: figures, single letters, Roman numerals."""
    return frozenset(
        _ROMAN.get(word, word)
        for word in words
        if word[0].isdigit() or (len(word) == 1 and word.isascii()) or word in _ROMAN
    )
