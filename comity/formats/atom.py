"""Writes Atom feeds (RFC 4287)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `id` is an IRI that never changes."""

    id: str
    title: str
    address: str
    updated: datetime.datetime
    summary: str
    category: str = ""


def feed(
    *,
    id: str,
    title: str,
    address: str,
    home: str,
    author: str,
    language: str,
    updated: datetime.datetime,
    entries: Iterable[Entry],
) -> str:
    """A feed as XML; `address` is its own, `home` that of the page about the same."""
    said = "".join(_entry(one) for one in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(language)}>\n'
        f"<id>{_text(id)}</id><title>{_text(title)}</title><updated>{_moment(updated)}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href={_quoted(address)}/><link href={_quoted(home)}/>\n'
        f"<author><name>{_text(author)}</name></author>\n{said}</feed>\n"
    )


def _entry(one: Entry) -> str:
    category = f"<category term={_quoted(one.category)}/>" if one.category else ""
    return (
        f"<entry><id>{_text(one.id)}</id><title>{_text(one.title)}</title><updated>{_moment(one.updated)}</updated>"
        f"<link href={_quoted(one.address)}/>{category}<summary>{_text(one.summary)}</summary></entry>\n"
    )


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))


def _quoted(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))


def _moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
