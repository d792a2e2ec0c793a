"""Text as a source has it, without what is never content.

Two cleanings: `plain` for identifiers, codes and addresses (control characters, stray white space,
Unicode form), `clean` for titles, names and keywords (the same, and markup and character references too).
Both are idempotent and never raise. Words such as "a < b and c > d" survive: only real tags go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5
from unicodedata import is_normalized, normalize

MAX_TEXT = 10_000
"""Characters kept of one text. The longest title known has 580; what is longer than this is no title."""

_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span"
    "|strike|strong|sub|sup|tt|u|var|wbr"
)
_BLOCK = (
    "article|aside|blockquote|body|br|button|caption|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|head|header"
    "|hr|html|iframe|input|label|legend|li|link|main|meta|nav|object|embed|ol|option|p|pre|script|section|select"
    "|style|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul"
)
# Attributes must look like attributes, or "a <b and c> d" would lose its middle.
_ATTRIBUTES = r"""(?:[\s/]+[a-zA-Z][\w:-]*\s*=(?:"[^"]{0,2000}"|'[^']{0,2000}'|[^<>"'])*)?"""
_TAG = re.compile(rf"</?(?:(?P<block>{_BLOCK})|(?:{_INLINE}))\b{_ATTRIBUTES}[\s/]*>", re.IGNORECASE)
_CONDITIONAL = re.compile(r"<!\[[^\]<>]*\](?:--)?>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")

_SPACE = re.compile(r"\s+")

# C1 controls are bytes of Windows-1252 that somebody read as Latin-1. Its punctuation is safe to restore.
# Its letters are not (IEC has "Geiger-M\x9fller", which is Mac Roman): those become U+FFFD, visibly lost.
_C1_PUNCTUATION = "\x80\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b"
_INVISIBLE = [
    *range(0x09),
    *range(0x0E, 0x1C),
    0x7F,
    0xAD,
    0x180E,
    0x200B,
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
]
# Embedding, override and isolate marks: a title that leaves one open turns the rest of the page round.
_DIRECTION = [*range(0x202A, 0x202F), *range(0x2060, 0x2070)]
_REPAIRS: dict[int, str] = {
    **dict.fromkeys([*_INVISIBLE, *_DIRECTION], ""),
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **{ord(mark): mark.encode("latin-1").decode("cp1252") for mark in _C1_PUNCTUATION},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def plain(text: str) -> str:
    """Return `text` in NFC without control characters, white space collapsed, lone surrogates as U+FFFD."""
    # Everything `_repaired` changes is unprintable or a needless space; nearly no text has any of it.
    if (
        text.isprintable()
        and "  " not in text
        and text[:1] != " "
        and text[-1:] != " "
        and (text.isascii() or is_normalized("NFC", text))
        and len(text) <= MAX_TEXT
    ):
        return text
    return _settled(text[:MAX_TEXT], _repaired)


def clean(text: str) -> str:
    """Return `text` as `plain` does, without HTML tags, comments and scripts, references resolved.

    References escaped twice are resolved twice, and markup which that uncovers goes too: what comes out
    holds no tag, whatever went in. (It is still text, to be escaped wherever it is shown.)
    """
    text = plain(text)
    if "<" not in text and "&" not in text:
        return text
    return _settled(text, lambda value: _repaired(_without_markup(value)))


def whole(text: str) -> str:
    """Return `text` of any length in NFC without control characters; its lines and spaces stay as they are."""
    if text.isascii() and text.isprintable():
        return text
    return normalize("NFC", text.translate(_REPAIRS))


def _settled(text: str, step: Callable[[str], str]) -> str:
    """Apply `step` until nothing changes, so that a second cleaning finds nothing to do."""
    while (after := step(text)) != text:
        text = after
    return text[:MAX_TEXT].rstrip()


def _repaired(text: str) -> str:
    return _SPACE.sub(" ", normalize("NFC", text.translate(_REPAIRS))).strip()


def _without_markup(text: str) -> str:
    # Ampersands escaped over and over collapse in one go; one level a pass would be quadratic.
    text = _AMPERSANDS.sub("&", text)
    text = _REFERENCE.sub(_resolved, text)
    text = _without_span(text, "<!--", "-->")
    for element in ("script", "style"):
        text = _without_element(text, element)
    text = _CONDITIONAL.sub("", text)
    return _TAG.sub(lambda tag: " " if tag["block"] else "", text)


def _resolved(reference: re.Match[str]) -> str:
    name = reference[0][1:]
    return unescape(reference[0]) if name[0] == "#" or name in html5 else reference[0]


def _without_span(text: str, opening: str, closing: str) -> str:
    """Drop every `opening ... closing`; one that is never closed stays. Linear, unlike a lazy pattern."""
    kept, position = [], 0
    while (start := text.find(opening, position)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(closing)
    return "".join(kept) + text[position:]


def _without_element(text: str, name: str) -> str:
    """Drop `<name ...> ... </name>` with its contents; one that is never closed takes the rest with it."""
    opening = re.compile(rf"<{name}\b{_ATTRIBUTES}[\s/]*>", re.IGNORECASE)
    closing = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE)
    kept, position = [], 0
    while (start := opening.search(text, position)) is not None:
        kept.append(text[position : start.start()])
        end = closing.search(text, start.end())
        if end is None:
            return "".join(kept)
        position = end.end()
    return "".join(kept) + text[position:]
