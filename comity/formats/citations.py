"""Documents as reference managers take them: BibTeX, and CSL-JSON.

BibTeX: `@techreport`, which every style and biblatex (as `@report`) prints; biblatex's own `@standard` is a
miscellaneous entry without the institution in most styles. Text stays Unicode, LaTeX's special characters are
written as commands. CSL-JSON: the schema of the Citation Style Language 1.0.2, type "standard".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from comity.formats.references.bibtex import braced
from comity.formats.text import plain

_SIGNS = re.compile(r"[^A-Za-z0-9]+")
# What LaTeX cannot do without in an address: hyperref takes the rest as it is.
_ADDRESS = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20", "^": "%5E", "~": "%7E"})


@dataclass(frozen=True, slots=True)
class Cited:
    """A document as it is cited: in one language, by one edition.

    Attributes:
        id: never changes, whatever the document is called.
        kind: what it is (standard, technical report, ...), as the body's readers call it.
        status: the stage in words, on the day if one is asked for.
        date: YYYY, YYYY-MM or YYYY-MM-DD.
        note: what else must be said, such as the day.
    """

    id: str
    identifier: str
    title: str
    language: str = ""
    publishers: tuple[str, ...] = ()
    committee: str = ""
    kind: str = ""
    status: str = ""
    date: str = ""
    edition: str = ""
    url: str = ""
    doi: str = ""
    isbn: str = ""
    note: str = ""


def bibtex(documents: Iterable[Cited]) -> Iterator[str]:
    """An entry for each document, with a key no other has."""
    taken: set[str] = set()
    for one in documents:
        yield _entry(one, _key(one, taken))


def _key(one: Cited, taken: set[str]) -> str:
    """The identifier as a key; where another has it already, with the end of what never changes."""
    named = _SIGNS.sub("-", one.identifier).strip("-")
    last = _SIGNS.sub("", one.id)[-8:] or "x"
    key = named or last
    # BibTeX does not tell small letters from great ones.
    number = 1
    while key.lower() in taken:
        number += 1
        key = "-".join(part for part in (named, last, str(number) if number > 2 else "") if part)
    taken.add(key.lower())
    return key


def _entry(one: Cited, key: str) -> str:
    year, _dash, month = one.date[:7].partition("-")
    fields = {
        "title": f"{{{braced(plain(one.title))}}}" if one.title else "",
        "number": braced(plain(one.identifier)),
        "institution": braced(" and ".join(map(plain, one.publishers))),
        "year": f"{{{year}}}",
        "month": month.lstrip("0"),
        "type": braced(plain(one.kind)),
        "edition": braced(plain(one.edition)),
        "doi": f"{{{one.doi.translate(_ADDRESS)}}}",
        "url": f"{{{one.url.translate(_ADDRESS)}}}",
        "isbn": braced(plain(one.isbn)),
        "note": braced(plain(". ".join(part for part in (one.status, one.note) if part))),
    }
    body = "".join(f"  {name} = {value},\n" for name, value in fields.items() if value not in ("", "{}"))
    return f"@techreport{{{key},\n{body}}}\n"


def csl(documents: Iterable[Cited]) -> Iterator[str]:
    """One list of items, in chunks of text."""
    yield "["
    before = "\n"
    for one in documents:
        yield before + json.dumps(csl_item(one), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n"


def csl_item(one: Cited) -> dict[str, Any]:
    """A document as one item of CSL-JSON; what is not known is left out."""
    publisher = ", ".join(one.publishers)
    item: dict[str, Any] = {
        "id": one.id,
        "type": "standard",
        "title": one.title,
        "number": one.identifier,
        "authority": one.committee or publisher,
        "publisher": publisher,
        "genre": one.kind,
        "status": one.status,
        "edition": one.edition,
        "language": one.language,
        "URL": one.url,
        "DOI": one.doi,
        "ISBN": one.isbn,
        "note": one.note,
    }
    if one.date:
        item["issued"] = {"date-parts": [[int(part) for part in one.date.split("-")]]}
    return {key: value for key, value in item.items() if value}
