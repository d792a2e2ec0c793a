"""Take values out of parsed JSON and YAML without trusting their types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from comity.formats.text import clean, plain

_known_plain = lru_cache(maxsize=65536)(plain)
_known_clean = lru_cache(maxsize=32768)(clean)


def word(value: object) -> str:
    """Return an identifier, code or address as plain text; "" for what is neither text nor number."""
    if value is None:
        return ""
    return plain(value if type(value) is str else _number(value))


def term(value: object) -> str:
    """Return a word of a small vocabulary as `word` does, remembering what it made of it."""
    if type(value) is str and len(value) < 200:
        return _known_plain(value)
    return word(value)


def phrase(value: object) -> str:
    """Return a title, name or keyword as clean text; "" for what is neither text nor number."""
    if value is None:
        return ""
    return clean(value if type(value) is str else _number(value))


def many(value: object) -> list[object]:
    """Return a list as it is, nothing for None and "", and anything else as a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def mappings(value: object) -> list[Mapping[str, object]]:
    """Return the mappings of a list, or the one mapping that stands for a list of one."""
    return [item for item in many(value) if isinstance(item, dict)]


def name(value: object) -> str:
    """Return a name that many records share (a committee, a publisher) as `phrase` does, remembered."""
    if type(value) is str and len(value) < 200:
        return _known_clean(value)
    return phrase(value)


def phrases(value: object) -> tuple[str, ...]:
    """Return the texts of a list that have any, cleaned."""
    return tuple([text for item in many(value) if (text := name(item))]) if value else ()


def words(value: object) -> tuple[str, ...]:
    """Return the codes of a list that have any."""
    return tuple([text for item in many(value) if (text := term(item))]) if value else ()


def excerpt(text: str, length: int = 120) -> str:
    """Return the beginning of a text that was refused, fit to be shown."""
    # Four times the length, because cleaning shortens; the whole line may be of 64 MB.
    return plain(text[: 4 * length])[:length]


def _number(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""
