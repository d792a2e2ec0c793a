"""Cells that no spreadsheet takes for a formula (OWASP: CSV injection), and back."""

from __future__ import annotations

import re

# Apostrophes in front are counted in, so that taking one away gives back whatever the text was.
_RISKY = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A text with an apostrophe in front where a spreadsheet would compute it."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
