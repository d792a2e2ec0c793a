"""Whether a written title is one that is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from comity.engine import text
from comity.engine.references.model import Likeness

LONGEST = 600  # characters that are compared
NEAR = 0.9
_WORD = re.compile(r"[^\W_]+")
_DASH = re.compile(r"\s+[-–—―]+\s+|\s*[―—]\s*|(?<=\w)--(?=\w)|\s+--\s*")
_JOINTS = (" - ", " -- ", " — ", " – ", "―", "—", "-", ": ", ". ")
_ORDER = (Likeness.SAME, Likeness.NEAR, Likeness.PART, Likeness.OTHER)


@lru_cache(maxsize=50_000)
def words(title: str) -> tuple[str, ...]:
    """The words of a title without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKC", title[:LONGEST]).casefold()
    return tuple(text.fold(word) for word in _WORD.findall(plain))


def folded(title: str) -> str:
    """A title as one word: titles that only differ in case, accents, spaces and punctuation are equal."""
    return "".join(words(title))


def variants(title: str) -> tuple[str, ...]:
    """The title with the dashes that catalogues print between its parts, as written first."""
    plain = " ".join(title.split())
    parts = [part for part in _DASH.split(plain) if part]
    return tuple(dict.fromkeys((plain, *(joint.join(parts) for joint in _JOINTS)))) if len(parts) > 1 else (plain,)


def compare(written: str, known: str) -> Likeness:
    """How a written title compares with a known one. Numbers have to be equal for everything but PART and OTHER."""
    mine, theirs = words(written), words(known)
    if not mine:
        return Likeness.NONE
    one, other = "".join(mine), "".join(theirs)
    if one == other:
        return Likeness.SAME
    if not theirs:
        return Likeness.OTHER
    if _numbers(mine) == _numbers(theirs) and _slips(mine, theirs):
        return Likeness.NEAR
    return Likeness.PART if _within(mine, theirs) or _within(theirs, mine) else Likeness.OTHER


def best(written: str, titles: Iterable[str]) -> Likeness:
    """The best likeness to one of several titles."""
    found = [compare(written, title) for title in titles]
    if Likeness.NONE in found:
        return Likeness.NONE
    return min(found, key=_ORDER.index, default=Likeness.OTHER)


def _numbers(of: Sequence[str]) -> list[str]:
    return [word for word in of if any(character.isdigit() for character in word)]


def _slips(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether words differ by slips only: one sign in a word, or in one without spaces of every twelve."""
    if len(mine) == len(theirs) > 1:
        differ = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
        return len(differ) <= max(1, len(mine) // 4) and all(slip(a, b) for a, b in differ)
    one, other = "".join(mine), "".join(theirs)
    if abs(len(one) - len(other)) > max(1, len(one) // 12) or min(len(one), len(other)) < 12:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    apart = sum(max(b - a, d - c) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal")
    # Where words are joined or parted wrongly, letters are those of one title; a word more or less is another title.
    return apart <= max(1, len(one) // 40) and matcher.ratio() >= NEAR


def slip(a: str, b: str, most: int = 1) -> bool:
    """Whether two words differ by a slip: a sign more, less or other, or two exchanged. Short words never do.

    >>> slip("managment", "management"), slip("part", "port"), slip("recieve", "receive")
    (True, False, True)
    """
    if min(len(a), len(b)) < 5 or abs(len(a) - len(b)) > most:
        return False
    return distance(a, b, most) <= most


def distance(a: str, b: str, most: int = 2) -> int:
    """Edits from one word to another, an exchange of neighbours counted once; `most` + 1 where there are more.

    Source: optimal string alignment (Damerau 1964).
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            value = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                value = min(value, older[j - 2] + 1)
            row.append(value)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether `part` stands in `whole` word by word, long enough to mean something."""
    if len(part) >= len(whole) and len(part) != 1:
        return False
    if len(part) == 1:
        return len(part[0]) >= 6 and not part[0].isascii() and part[0] in "".join(whole)
    if sum(map(len, part)) < 12 and part[0].isascii():
        return False
    return any(tuple(whole[i : i + len(part)]) == tuple(part) for i in range(len(whole) - len(part) + 1))


def overlap(written: str, known: str) -> float:
    """Shared pairs of neighbouring signs (Dice): a cheap look before titles are compared."""
    mine, theirs = (_pairs(folded(title)) for title in (written, known))
    return 2 * len(mine & theirs) / ((len(mine) + len(theirs)) or 1)


@lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(word))
