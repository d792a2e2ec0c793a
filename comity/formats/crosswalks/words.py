"""What publishers call the relationship of two clauses, and what it says in the words of NIST IR 8477."""

from __future__ import annotations

import math
import re

_RELATIONS = {
    "equal": "equal|equalto|equals|equivalent|equivalentto|identical|identicalto|sameas",
    "subset": "subset|subsetof|issubsetof",
    "superset": "superset|supersetof|issupersetof",
    "intersects": "intersect|intersects|intersectswith|intersectwith|intersection|overlaps|overlapswith",
    "none": "none|norelationship|norelation|notrelated|notrelatedto|unrelated|nocounterpart|noequivalent|nomapping",
}
_KNOWN = {word: relation for relation, words in _RELATIONS.items() for word in words.split("|")}
# Words that only list pairs, or name a relationship that is not one of sets (IR 8477, section 4.2).
_PAIR_WORDS = (
    "related|relatedto|informativereference|reference|seealso|mapped|mapsto|mappedto|sameprovision|implements"
    "|mitigates|supports|supportedby|issupportedby|contrary|skosrelatedmatch"
)
_PAIRS = frozenset(word for word in _PAIR_WORDS.split("|"))
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_UNMEASURED = ("", "n/a", "na", "-", "none")


def word_key(word: str) -> str:
    """A word as it is compared: small letters, and nothing else."""
    return _NOT_LETTERS.sub("", word[:200].casefold())


def relation_of(word: str) -> str:
    """The relation that a publisher's word names; "" where it names none of sets."""
    return _KNOWN.get(word_key(word), "")


def is_known(word: str) -> bool:
    """Whether a word is one of relationship at all."""
    return word_key(word) in _PAIRS or word_key(word) in _KNOWN


def measured(text: str, scale: float = 1) -> float | None:
    """A strength as a part of `scale`; None where the file gives none, and NaN for what is no number."""
    text = text.strip()
    if text.casefold() in _UNMEASURED:
        return None
    try:
        return float(text.replace(",", ".")) / scale
    except (ValueError, OverflowError):
        return math.nan
