"""What a clause is, where only its ref says so."""

from __future__ import annotations

import re

# Refs as laws have them, the longest first: what a clause is can be told from the end of its ref.
_PATTERNS = (
    (re.compile(r"Recital .+"), "recital"),
    (re.compile(r"Preamble"), "preamble"),
    (re.compile(r"(?:Ch\.|Cap\.|Part |Title\.|Annex )[^()]*\.S{1,2}\w+|S{1,2}\d\w*"), "section"),
    (re.compile(r"(?:Part |Title\.)[^()]+\.Ch\.\w+|(?:Ch|Cap)\.\w+"), "chapter"),
    (re.compile(r"(?:Part |Title\.)[^()]+"), "part"),
    (re.compile(r"Annex(?: \w+)?"), "annex"),
    (re.compile(r"(?:Art\.|Annex |s\.|§)[^()]+\([^()]*\)\(.+\)"), "point"),
    (re.compile(r"Annex [^()]+\(.+\)"), "point"),
    (re.compile(r"(?:Art\.|s\.|§)[^()]+\(\d\w*\)"), "paragraph"),
    (re.compile(r"(?:Art\.|s\.|§)[^()]+\(.+\)"), "point"),
    (re.compile(r"Art\.[^()]+"), "article"),
    (re.compile(r"(?:s\.|§)[^()]+"), "section"),
)


def kind_of_ref(ref: str) -> str:
    """What a clause is by its ref alone: one of `KINDS`, "clause" where the ref does not say."""
    ref = ref[:240].partition("~")[0]
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(ref)), "clause")
